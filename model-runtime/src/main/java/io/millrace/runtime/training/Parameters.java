package io.millrace.runtime.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checked parameter values of one training, defaults filled in. */
final class Parameters {

    private final Map<String, Double> values = new LinkedHashMap<>();
    private final List<Parameter> known;

    private Parameters(List<Parameter> known) {
        this.known = known;
    }

    static List<ParameterProblem> check(List<Parameter> known, Map<String, ?> given) {
        List<ParameterProblem> problems = new ArrayList<>();
        given.forEach((key, value) -> {
            Parameter parameter = known.stream()
                    .filter(candidate -> candidate.name().equals(key))
                    .findFirst()
                    .orElse(null);
            if (parameter == null) {
                problems.add(new ParameterProblem(
                        key,
                        "unknown parameter '" + key + "', known: "
                                + known.stream().map(Parameter::name).collect(Collectors.joining(", "))));
            } else if (!fits(parameter, value)) {
                problems.add(new ParameterProblem(
                        key, "parameter '" + key + "' must be " + parameter.expected() + ", got " + value));
            }
        });
        return problems;
    }

    private static boolean fits(Parameter parameter, @Nullable Object value) {
        if (!(value instanceof Number number)) {
            return false;
        }
        double given = number.doubleValue();
        return given >= parameter.min()
                && given <= parameter.max()
                && (!parameter.whole() || given == Math.rint(given));
    }

    /** IllegalArgumentException with every problem, one to a line. */
    static Parameters of(List<Parameter> known, Map<String, ?> given) {
        List<ParameterProblem> problems = check(known, given);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(
                    problems.stream().map(ParameterProblem::message).collect(Collectors.joining("\n")));
        }
        Parameters parameters = new Parameters(known);
        for (Parameter parameter : known) {
            parameters.values.put(
                    parameter.name(),
                    given.get(parameter.name()) instanceof Number number
                            ? number.doubleValue()
                            : parameter.byDefault());
        }
        return parameters;
    }

    /** Whether the trainer has the parameter. */
    boolean has(String name) {
        return values.containsKey(name);
    }

    void replace(String name, double value) {
        values.replace(name, value);
    }

    double real(String name) {
        Double value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no parameter " + name);
        }
        return value;
    }

    int whole(String name) {
        return (int) real(name);
    }

    float single(String name) {
        return (float) real(name);
    }

    /** All values by name, whole numbers as Long, for the run's record. */
    Map<String, Object> resolved() {
        Map<String, Object> resolved = new LinkedHashMap<>();
        for (Parameter parameter : known) {
            double value = real(parameter.name());
            resolved.put(parameter.name(), parameter.whole() ? (Object) (long) value : (Object) value);
        }
        return resolved;
    }
}
