package io.millrace.runtime;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.millrace.runtime");

    @Test
    void dependsOnJavaItsFormatLibrariesAndJacksonOnly() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "io.millrace.runtime..",
                        "com.fasterxml.jackson..",
                        "org.jspecify..",
                        "org.tribuo..",
                        "com.oracle.labs.mlrg.olcut..",
                        "com.google.protobuf..",
                        "ml.dmlc.xgboost4j..",
                        "ai.onnxruntime..",
                        "ai.onnx.proto..",
                        "org.snakeyaml.engine..",
                        "org.pmml4s..",
                        "scala..",
                        "javax.xml..",
                        "org.xml.sax..")
                .because("the runtime runs in a service, in a batch job and at the edge alike")
                .check(CLASSES);
    }

    @Test
    void keepsLibrariesBehindTheirFormat() {
        noClasses()
                .that()
                .resideInAnyPackage("..spi..", "..feature..", "..descriptor..", "..catalog..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.tribuo..",
                        "ai.onnxruntime..",
                        "ai.onnx..",
                        "ml.dmlc..",
                        "com.google..",
                        "com.oracle..",
                        "org.pmml4s..",
                        "scala..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage("..onnx..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.onnxruntime..", "ai.onnx..")
                .check(CLASSES);
    }

    @Test
    void usesNoJavaSerializationAndNoDatabase() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectInputStream")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectOutputStream")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..")
                .check(CLASSES);
    }

    @Test
    void readsNoClock() {
        noClasses()
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.LocalDate.class, "now")
                .check(CLASSES);
    }

    @Test
    void hasNoCycles() {
        slices().matching("io.millrace.runtime.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void throwsItsThreeExceptionsOnly() {
        Set<String> exceptions = CLASSES.stream()
                .filter(type -> type.isAssignableTo(Throwable.class))
                .map(JavaClass::getSimpleName)
                .collect(Collectors.toSet());

        assertThat(exceptions)
                .containsExactlyInAnyOrder("ModelFormatException", "ModelUnavailableException", "SignatureException");
    }
}
