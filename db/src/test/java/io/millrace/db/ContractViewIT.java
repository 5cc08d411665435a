package io.millrace.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What services read of each other is frozen. A column appended at the end of a view is a line to append in
 * {@code contract-views.txt}; anything else needs a {@code _v2} beside the {@code _v1} for one release.
 */
class ContractViewIT {

    private static final String COLUMNS = """
            select n.nspname::text || '.' || c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod)
              from pg_attribute a
              join pg_class c on c.oid = a.attrelid
              join pg_namespace n on n.oid = c.relnamespace
             where c.relkind = 'v'
               and n.nspname in ('registry', 'pipeline', 'serving', 'monitoring', 'contract')
               and a.attnum > 0
               and not a.attisdropped
             order by n.nspname, c.relname, a.attnum
            """;

    @TempDir
    Path directory;

    @Test
    void hasTheColumnsThatWereAgreed() throws Exception {
        try (TestStore store = TestStore.migrated(directory)) {
            assertThat(String.join("\n", store.rows(COLUMNS))).isEqualTo(String.join("\n", agreed()));
        }
    }

    @Test
    void putsAVersionIntoTheNameOfEveryView() throws Exception {
        assertThat(agreed()).isNotEmpty().allMatch(line -> line.split(" ")[0].matches("[a-z]+\\.[a-z_]+_v[0-9]+"));
    }

    private static List<String> agreed() throws IOException {
        try (InputStream file = ContractViewIT.class.getResourceAsStream("/contract-views.txt")) {
            assertThat(file).isNotNull();
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }
}
