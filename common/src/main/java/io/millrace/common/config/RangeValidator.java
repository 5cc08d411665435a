package io.millrace.common.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.ConfigValidationException.Problem;
import io.smallrye.config.ConfigValidator;
import io.smallrye.config.WithName;
import io.smallrye.config.common.utils.StringUtil;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a number outside the range that {@link Min}, {@link Max}, {@link DecimalMin} or {@link DecimalMax} give a setting of a
 * {@link ConfigMapping} of ours.
 *
 * <p>Hibernate Validator understands many more constraints, and building it cost a third of the start of every service.
 */
final class RangeValidator implements ConfigValidator {

    private static final String OURS = "io.millrace.";

    /** @throws ConfigValidationException naming every setting out of range, its value and its range */
    @Override
    public void validateMapping(Class<?> mapping, String prefix, Object settings) {
        if (!mapping.getName().startsWith(OURS)) {
            return;
        }
        List<Problem> problems = new ArrayList<>();
        for (Method method : mapping.getDeclaredMethods()) {
            Range range = Range.of(method);
            if (range != null) {
                BigDecimal value = value(method, settings);
                if (!range.contains(value)) {
                    problems.add(new Problem(
                            prefix + "." + name(method) + " is " + value.toPlainString() + ", must be " + range));
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigValidationException(problems.toArray(Problem[]::new));
        }
    }

    private static BigDecimal value(Method method, Object settings) {
        try {
            method.setAccessible(true);
            return new BigDecimal(String.valueOf(method.invoke(settings)));
        } catch (ReflectiveOperationException | NumberFormatException e) {
            throw new IllegalStateException(method + " has a range and gives no number", e);
        }
    }

    private static String name(Method method) {
        WithName name = method.getAnnotation(WithName.class);
        return name == null ? StringUtil.skewer(method.getName()) : name.value();
    }

    /** Both ends belong to it. */
    private record Range(
            @Nullable BigDecimal from, @Nullable BigDecimal to) {

        /** Null for a method without a range. */
        static @Nullable Range of(Method method) {
            BigDecimal from = null;
            BigDecimal to = null;
            Min min = method.getAnnotation(Min.class);
            if (min != null) {
                from = BigDecimal.valueOf(min.value());
            }
            Max max = method.getAnnotation(Max.class);
            if (max != null) {
                to = BigDecimal.valueOf(max.value());
            }
            DecimalMin decimalMin = method.getAnnotation(DecimalMin.class);
            if (decimalMin != null) {
                from = new BigDecimal(decimalMin.value());
            }
            DecimalMax decimalMax = method.getAnnotation(DecimalMax.class);
            if (decimalMax != null) {
                to = new BigDecimal(decimalMax.value());
            }
            return from == null && to == null ? null : new Range(from, to);
        }

        boolean contains(BigDecimal value) {
            return (from == null || value.compareTo(from) >= 0) && (to == null || value.compareTo(to) <= 0);
        }

        @Override
        public String toString() {
            if (from == null) {
                return to + " at most";
            }
            return to == null ? from + " at least" : "from " + from + " to " + to;
        }
    }
}
