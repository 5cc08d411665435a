package io.millrace.formats.torchscript;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.millrace.formats");

    @Test
    void dependsOnTheRuntimeAndItsLibrariesOnly() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "io.millrace.formats.torchscript..",
                        "io.millrace.runtime.spi..",
                        "io.millrace.runtime.descriptor..",
                        "io.millrace.runtime.feature..",
                        "io.millrace.runtime.tensor..",
                        "org.jspecify..",
                        "ai.djl..",
                        "org.apache.commons.compress..")
                .because("whatever else a service has may change under an added jar")
                .check(CLASSES);
    }

    @Test
    void usesNoJavaSerialization() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectInputStream")
                .check(CLASSES);
    }
}
