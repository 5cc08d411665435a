package io.millrace.common.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorCodeTest {

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void hasAnErrorStatusAndWordsInEveryDialect(ErrorCode code) {
        assertThat(code.slug())
                .isEqualTo(code.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
        assertThat(code.title()).isNotBlank();
        assertThat(code.mlflowCode()).matches("[A-Z_]+");
        for (ErrorDialect dialect : ErrorDialect.values()) {
            assertThat(dialect.status(code)).isBetween(400, 503);
        }
    }

    @Test
    void hasSlugsThatAreUnique() {
        assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::slug)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource({
        "/, PROBLEM",
        "/api/v1/models, PROBLEM",
        "/api/2.0/mlflow, MLFLOW",
        "/api/2.0/mlflow/runs/create, MLFLOW",
        "/api/2.0/preview/mlflow/runs/get, MLFLOW",
        "/ajax-api/2.0/mlflow/runs/get, MLFLOW",
        "/api/2.0/mlflow-artifacts/artifacts/a, MLFLOW",
        "/api/3.0/mlflow/traces, MLFLOW",
        "/get-artifact, MLFLOW",
        "/api/2.01/mlflow, PROBLEM",
        "/v2, OPEN_INFERENCE",
        "/v2/models/m/infer, OPEN_INFERENCE",
        "/v20, PROBLEM"
    })
    void choosesTheDialectByPath(String path, ErrorDialect dialect) {
        assertThat(ErrorDialect.of(path)).isEqualTo(dialect);
    }

    @Test
    void blamesTheCallerForATextThatCannotBeStored() {
        RuntimeException failure = StoreFailure.of("add tags", new SQLException("invalid byte sequence", "22021"));

        assertThat(failure)
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
    }

    @Test
    void namesTheFieldUnlessTheMessageIsASentence() {
        assertThat(PlatformException.invalid("/a/b", "must be 1 to 5").detail()).isEqualTo("a.b must be 1 to 5");
        assertThat(PlatformException.invalid("/a", "Missing value for 'a'.").detail())
                .isEqualTo("Missing value for 'a'.");
    }

    @ParameterizedTest
    @CsvSource({
        "08006, true",
        "08001, true",
        "57P01, true",
        "57P03, true",
        "53300, true",
        "57014, false",
        "23505, false",
        "42P01, false"
    })
    void takesOnlyALostStoreForTemporary(String state, boolean lost) {
        SQLException failure = new SQLException("x", state);

        assertThat(StoreFailure.lostDatabase(new IllegalStateException(failure)))
                .isEqualTo(lost);
        RuntimeException thrown = StoreFailure.of("read", failure);
        assertThat(thrown).hasCause(failure);
        assertThat(thrown instanceof PlatformException).isEqualTo(lost);
    }

    @Test
    void takesAnExhaustedPoolForTemporary() {
        assertThat(StoreFailure.lostDatabase(new SQLException("Sorry, acquisition timeout!")))
                .isTrue();
        assertThat(StoreFailure.lostDatabase(new SQLException("Acquisition timeout while waiting for new connection")))
                .isTrue();
        assertThat(StoreFailure.lostDatabase(new SQLException("no such column")))
                .isFalse();
    }
}
