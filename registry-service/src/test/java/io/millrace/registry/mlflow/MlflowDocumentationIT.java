package io.millrace.registry.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.common.testing.PostgresTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of supported operations in docs/registry.md is that of the code. */
@QuarkusTest
@QuarkusTestResource(value = PostgresTestResource.class, initArgs = @ResourceArg(name = "service", value = "registry"))
class MlflowDocumentationIT {

    private static final Path PAGE = Path.of("../docs/registry.md");

    @Inject
    MlflowApi api;

    @Test
    void listsEveryOperationWithItsRole() throws IOException {
        String table = api.all().stream()
                .sorted(Comparator.comparing((Operation<?> o) -> o.path()).thenComparing(o -> o.method()))
                .map(o -> "| " + o.method() + " | `" + o.path() + "` | " + o.role() + " |")
                .collect(Collectors.joining(
                        "\n", "| method | below `/api/2.0/mlflow/` | role |\n|---|---|---|\n", "\n"));
        assertThat(Files.readString(PAGE))
                .as("docs/registry.md must hold the table of MLflow operations that this message shows")
                .contains(table);
    }
}
