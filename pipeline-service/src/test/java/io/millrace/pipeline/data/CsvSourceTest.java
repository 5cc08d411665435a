package io.millrace.pipeline.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.common.error.PlatformException;
import io.millrace.pipeline.definition.PipelineSpec.Data;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

class CsvSourceTest {

    private static final Instant UNTIL = Instant.parse("2026-02-01T00:00:00Z");

    @TempDir
    Path folder;

    @Test
    void readsQuotesNewlinesUnicodeAndAByteOrderMark() throws IOException {
        Rows rows = read("\uFEFFid,größe,late\n1,\"風 \"\"a\"\"\nb\",yes\n2,,no\n", Map.of());

        assertThat(rows.names()).containsExactly("id", "größe", "late");
        assertThat(rows.value("größe", 0)).isEqualTo("風 \"a\"\nb");
        assertThat(rows.isMissing("größe", 1)).isTrue();
        assertThat(rows.column("größe").map(Column::nullable)).contains(true);
    }

    @Test
    void infersTheNarrowestTypeThatHoldsEveryValue() throws IOException {
        Rows rows = read(
                "id,n,x,t,s,late\n1,1,1.5,2026-01-01,1,yes\n2,-7,2,2026-01-02 10:00,a,no\n3,,1e3,2026-01-03T00:00:00+02:00,,no\n",
                Map.of());

        assertThat(rows.columns())
                .extracting(c -> c.name() + " " + c.type())
                .containsExactly("id INT64", "n INT64", "x FLOAT64", "t TIMESTAMP", "s STRING", "late STRING");
    }

    @Test
    void readsCompressedFilesAsOneTable() throws IOException {
        Path first = folder.resolve("a.csv.gz");
        try (var out = new GZIPOutputStream(Files.newOutputStream(first))) {
            out.write("id,late\n1,yes\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        Path second = Files.writeString(folder.resolve("b.csv"), "id,late\n2,no\n");

        Rows rows = new CsvSource(spec(Map.of(), false)).read(List.of(first, second), null, UNTIL, () -> {});

        assertThat(rows.size()).isEqualTo(2);
        Path other = Files.writeString(folder.resolve("c.csv"), "late,id\nno,3\n");
        assertThatThrownBy(
                        () -> new CsvSource(spec(Map.of(), false)).read(List.of(second, other), null, UNTIL, () -> {}))
                .hasMessageContaining("c.csv line 1: the columns differ");
    }

    @Test
    void takesTheRowsOfTheWindowWithItsStartAndWithoutItsEnd() throws IOException {
        Path file = Files.writeString(
                folder.resolve("t.csv"),
                "id,at,late\n1,2025-12-31T23:59:59Z,no\n2,2026-01-01T00:00:00Z,no\n3,2026-01-31T23:59:59.999Z,no\n4,2026-02-01T00:00:00Z,no\n");

        Rows rows = new CsvSource(spec(Map.of(), true))
                .read(List.of(file), Instant.parse("2026-01-01T00:00:00Z"), UNTIL, () -> {});

        assertThat(rows.size()).isEqualTo(2);
        assertThatThrownBy(() -> new CsvSource(spec(Map.of(), true))
                        .read(List.of(file), UNTIL.plusSeconds(60), UNTIL.plusSeconds(120), () -> {}))
                .hasMessageContaining("has no rows");
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | is empty",
                "id,late | has no rows",
                "id,other\\n1,x | line 1: the column 'late' is missing",
                "id,late,id\\n1,x,2 | repeated column 'id'",
                "id,late,\\n1,x,2 | empty or repeated",
                "id,late\\n1,x,2 | line 2: has 3 fields, the header has 2",
                "id,late\\n1,no\\n2,\"x\\n3,no\\n | not CSV: the quote opened in line 3 is never closed",
                "id,late,x\\n1,no,1\\n2,no,1e400 | data.csv line 3: column 'x' must be a finite number, got '1e400'",
                "id,late,x\\n1,no,1\\n2,no,NaN | data.csv line 3: column 'x' must be a finite number, got 'NaN'",
                "id,late,x\\n1,no,1\\n2,no,big | data.csv line 3: column 'x' must be a finite number, got 'big'",
            })
    void namesTheFileTheLineAndTheColumn(String content, String expected) {
        assertThatThrownBy(() -> read(
                        content.replace("\\n", "\n"),
                        Map.of("x", "number").entrySet().stream()
                                .filter(e -> content.contains(",x"))
                                .filter(e -> content.startsWith("id,late,x"))
                                .collect(java.util.stream.Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue))))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining(expected);
    }

    private Rows read(String content, Map<String, String> columns) throws IOException {
        Path file = Files.writeString(folder.resolve("data.csv"), content);
        return new CsvSource(spec(columns, false)).read(List.of(file), null, UNTIL, () -> {});
    }

    private static Data spec(Map<String, String> columns, boolean windowed) {
        return new Data(
                "data.csv",
                ",",
                "id",
                windowed ? "at" : null,
                "late",
                "yes",
                windowed ? Duration.ofDays(31) : null,
                columns);
    }
}
