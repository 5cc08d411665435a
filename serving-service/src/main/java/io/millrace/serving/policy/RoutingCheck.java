package io.millrace.serving.policy;

import io.millrace.common.error.FieldError;
import io.millrace.serving.policy.Routing.Batching;
import io.millrace.serving.policy.Routing.BreakerPolicy;
import io.millrace.serving.policy.Routing.CachePolicy;
import io.millrace.serving.policy.Routing.Fallback;
import io.millrace.serving.policy.Routing.Holdout;
import io.millrace.serving.policy.Routing.Shedding;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says everything that is wrong with a {@link Routing}, each with the pointer to its field. Used once. */
public final class RoutingCheck {

    private static final int MAX_RULES = 100;
    private static final int MAX_CONDITIONS = 20;
    private static final int MAX_VALUES = 1000;
    private static final int MAX_PARTS = 9;
    private static final int HOUR_MS = 3_600_000;
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]{1,100}");
    private static final Pattern ALIAS = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}");

    private final Set<String> primaries;
    private final Set<String> arms;
    private final List<FieldError> errors = new ArrayList<>();

    private RoutingCheck(Set<String> primaries, Set<String> arms) {
        this.primaries = primaries;
        this.arms = arms;
    }

    /**
     * What is wrong.
     *
     * @param primaries names of the arms that may answer
     * @param arms names of all arms
     */
    public static List<FieldError> errors(Routing routing, Set<String> primaries, Set<String> arms) {
        RoutingCheck check = new RoutingCheck(primaries, arms);
        check.routing(routing);
        return check.errors;
    }

    private void routing(Routing routing) {
        if (routing.keyHeader() != null && !HEADER.matcher(routing.keyHeader()).matches()) {
            wrong("/keyHeader", "must be 1 to 100 letters, digits and -");
        }
        Holdout holdout = routing.holdout();
        if (holdout != null) {
            primary(holdout.arm(), "/holdout/arm");
            if (!percent(holdout.percent())) {
                wrong("/holdout/percent", "must be from 0 to 100 with up to two decimals, got " + holdout.percent());
            }
        }
        rules(routing.rules());
        Fallback fallback = routing.fallback();
        if (fallback != null) {
            primary(fallback.arm(), "/fallback/arm");
            range(fallback.timeoutMs(), 0, HOUR_MS, "/fallback/timeoutMs");
        }
        BreakerPolicy breaker = routing.breaker();
        if (breaker != null) {
            breaker(breaker);
        }
        routing.concurrency().forEach((arm, limit) -> {
            known(arm, "/concurrency/" + arm);
            if (limit == null || limit < 1 || limit > 10_000) {
                wrong("/concurrency/" + arm, "must be from 1 to 10000, got " + limit);
            }
        });
        Shedding shedding = routing.shedding();
        if (shedding != null) {
            shedding(shedding);
        }
        CachePolicy cache = routing.cache();
        if (cache != null) {
            range(cache.entries(), 1, 1_000_000, "/cache/entries");
            range(cache.bytes(), 1024, 1L << 30, "/cache/bytes");
        }
        routing.batching().forEach(this::batching);
        routing.ensembles().forEach(this::ensemble);
    }

    private void rules(List<Rule> rules) {
        if (rules.size() > MAX_RULES) {
            wrong("/rules", "must be at most " + MAX_RULES + ", got " + rules.size());
            return;
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < rules.size(); i++) {
            String at = "/rules/" + i;
            Rule rule = rules.get(i);
            if (rule == null) {
                wrong(at, "must be a rule");
                continue;
            }
            String name = rule.name();
            if (name == null || !NAME.matcher(name).matches()) {
                wrong(at + "/name", "must be 1 to 63 of a-z, 0-9 and -");
            } else if (!names.add(name)) {
                wrong(at + "/name", "two rules are named " + name);
            }
            if (rule.when().isEmpty() || rule.when().size() > MAX_CONDITIONS) {
                wrong(at + "/when", "must be a list of 1 to " + MAX_CONDITIONS + " conditions");
            }
            for (int c = 0; c < rule.when().size(); c++) {
                condition(rule.when().get(c), at + "/when/" + c);
            }
            goal(rule, at);
        }
    }

    private void goal(Rule rule, String at) {
        if ((rule.arm() == null) == rule.split().isEmpty()) {
            wrong(at, "must have either an arm or a split");
        } else if (rule.arm() != null) {
            primary(rule.arm(), at + "/arm");
        } else {
            double total = 0;
            for (Map.Entry<String, Double> share : rule.split().entrySet()) {
                String place = at + "/split/" + share.getKey();
                primary(share.getKey(), place);
                Double percent = share.getValue();
                if (percent == null || !percent(percent)) {
                    wrong(place, "must be from 0 to 100 with up to two decimals, got " + percent);
                } else {
                    total += percent;
                }
            }
            if (Math.abs(total - 100) > 1e-6) {
                wrong(at + "/split", "must sum to 100, got " + total);
            }
        }
    }

    private void condition(@Nullable Condition condition, String at) {
        if (condition == null) {
            wrong(at, "must be a condition");
            return;
        }
        String column = condition.column();
        String header = condition.header();
        if ((column == null) == (header == null)) {
            wrong(at, "must have either a column or a header");
        } else if (column != null && (column.isBlank() || column.length() > 250)) {
            wrong(at + "/column", "must have 1 to 250 characters");
        } else if (header != null && !HEADER.matcher(header).matches()) {
            wrong(at + "/header", "must be 1 to 100 letters, digits and -");
        }
        Double min = condition.min();
        Double max = condition.max();
        int tests = (condition.equalTo() == null ? 0 : 1)
                + (condition.in().isEmpty() ? 0 : 1)
                + (min == null && max == null ? 0 : 1);
        if (tests != 1) {
            wrong(at, "must have one test: equals, in, or min and max");
        }
        if (condition.in().size() > MAX_VALUES || condition.in().stream().anyMatch(value -> value == null)) {
            wrong(at + "/in", "must be at most " + MAX_VALUES + " values, none of them null");
        }
        if ((min != null && !Double.isFinite(min)) || (max != null && !Double.isFinite(max))) {
            wrong(at, "min and max must be finite");
        } else if (min != null && max != null && min > max) {
            wrong(at, "min " + min + " is above max " + max);
        }
    }

    private void breaker(BreakerPolicy breaker) {
        if (!(breaker.errorRate() > 0 && breaker.errorRate() <= 1)) {
            wrong("/breaker/errorRate", "must be above 0 and at most 1, got " + breaker.errorRate());
        }
        range(breaker.window(), 1, 10_000, "/breaker/window");
        range(breaker.minimum(), 1, Math.max(1, breaker.window()), "/breaker/minimum");
        range(breaker.openMs(), 1, HOUR_MS, "/breaker/openMs");
        range(breaker.trials(), 1, 100, "/breaker/trials");
    }

    private void shedding(Shedding shedding) {
        if (!(shedding.targetMs() > 0 && shedding.targetMs() <= HOUR_MS)) {
            wrong("/shedding/targetMs", "must be above 0 and at most " + HOUR_MS + ", got " + shedding.targetMs());
        }
        range(shedding.minimum(), 1, 10_000, "/shedding/minimum");
        range(shedding.maximum(), Math.max(1, shedding.minimum()), 10_000, "/shedding/maximum");
        range(shedding.queue(), 0, 10_000, "/shedding/queue");
        range(shedding.queueMs(), 1, HOUR_MS, "/shedding/queueMs");
    }

    private void batching(String arm, @Nullable Batching batching) {
        String at = "/batching/" + arm;
        known(arm, at);
        if (batching == null) {
            wrong(at, "must have maxRows");
        } else {
            range(batching.maxRows(), 2, 10_000, at + "/maxRows");
            range(batching.maxWaitMicros(), 0, 1_000_000, at + "/maxWaitMicros");
        }
    }

    private void ensemble(String arm, @Nullable Ensemble ensemble) {
        String at = "/ensembles/" + arm;
        known(arm, at);
        if (ensemble == null || ensemble.parsed() == null) {
            wrong(at + "/kind", "must be vote, average or cascade");
            return;
        }
        if (ensemble.with().isEmpty() || ensemble.with().size() > MAX_PARTS) {
            wrong(at + "/with", "must be a list of 1 to " + MAX_PARTS + " models beside the arm's own");
        }
        if (!(ensemble.sure() > 0 && ensemble.sure() <= 1)) {
            wrong(at + "/sure", "must be above 0 and at most 1, got " + ensemble.sure());
        }
        for (int i = 0; i < ensemble.with().size(); i++) {
            Ensemble.Part part = ensemble.with().get(i);
            String place = at + "/with/" + i;
            String model = part == null ? null : part.model();
            if (part == null || model == null || model.isBlank() || model.length() > 256 || model.matches(".*[/:].*")) {
                wrong(place + "/model", "must be the name of a registered model");
            } else if ((part.alias() == null) == (part.version() == null)
                    || (part.alias() != null && !ALIAS.matcher(part.alias()).matches())
                    || (part.version() != null && part.version() < 1)) {
                wrong(place, "must have either an alias or a version from 1");
            }
        }
    }

    private void primary(@Nullable String arm, String at) {
        if (arm == null || !primaries.contains(arm)) {
            wrong(at, "must be the name of a primary arm, got " + arm);
        }
    }

    private void known(String arm, String at) {
        if (!arms.contains(arm)) {
            wrong(at, "no arm is named " + arm);
        }
    }

    private void range(long value, long from, long to, String at) {
        if (value < from || value > to) {
            wrong(at, "must be from " + from + " to " + to + ", got " + value);
        }
    }

    private static boolean percent(double value) {
        double hundredths = value * 100;
        return value >= 0 && value <= 100 && Math.abs(hundredths - Math.rint(hundredths)) < 1e-6;
    }

    private void wrong(String at, String message) {
        errors.add(new FieldError("/routing" + at, message));
    }
}
