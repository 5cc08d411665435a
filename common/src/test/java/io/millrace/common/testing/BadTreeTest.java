package io.millrace.common.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A rule that cannot fail is not a rule: the bad tree fails every one of them, this module none. */
class BadTreeTest {

    private static final String BAD = "io.millrace.common.badtree";

    static Set<String> rules() {
        return ArchitectureRules.rules(BAD).keySet();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void failsOnTheBadTree(String rule) {
        JavaClasses bad = new ClassFileImporter().importPackages(BAD);

        var result = ArchitectureRules.rules(BAD).get(rule).evaluate(bad);

        assertThat(result.hasViolation()).as(rule).isTrue();
    }

    @Test
    void hasTheFourteenRulesAndTwoMore() {
        assertThat(rules()).hasSize(16);
    }

    @Test
    void findsNothingInThisModule() {
        ArchitectureRules.check("io.millrace.common", ArchitectureRules.importMain("io.millrace.common"));
    }
}
