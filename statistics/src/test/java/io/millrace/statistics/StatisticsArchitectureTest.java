package io.millrace.statistics;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class StatisticsArchitectureTest {

    private final JavaClasses module = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.millrace.statistics");

    @Test
    void dependsOnTheJdkAndCommonsStatisticsOnly() {
        assertThat(module).isNotEmpty();
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java.lang..",
                        "java.util..",
                        "io.millrace.statistics..",
                        "org.apache.commons.statistics..",
                        "org.jspecify..")
                .because("drift, tests and metrics are pure functions that any service can call")
                .check(module);
    }

    @Test
    void readsNoClockAndNoSystemRandomness() {
        noClasses()
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Math.class, "random")
                .because("the same input must give the same figure")
                .check(module);
    }

    @Test
    void measuresDoNotKnowModels() {
        noClasses()
                .that()
                .resideInAPackage("..metric..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..drift..", "..interval..", "..statistics.test..")
                .check(module);
        slices().matching("io.millrace.statistics.(*)..")
                .should()
                .beFreeOfCycles()
                .check(module);
    }
}
