package io.millrace.registry.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FoldersTest {

    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "., ''",
        "/, ''",
        "a/, a",
        "./a, a",
        "a/./b/., a/b",
        "1/2/artifacts/., 1/2/artifacts",
        "/a, /a",
        ".., ..",
        "../a, ../a",
        "a/..b, a/..b",
        ".hidden/a., .hidden/a."
    })
    void leavesOutOnlyWhatLeadsNowhere(String path, String plain) {
        assertThat(Folders.plain(path)).isEqualTo(plain);
    }
}
