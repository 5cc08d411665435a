package io.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.embedded.EmbeddedPostgres.Options;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresIT {

    @TempDir
    Path directory;

    @Test
    void keepsCommittedRowsThroughKillOfTheServer() throws Exception {
        Options options = new Options(directory, 0, true);
        long killed;
        try (EmbeddedPostgres server = EmbeddedPostgres.start(options);
                Connection connection = server.connect();
                var statement = connection.createStatement()) {
            statement.execute("create table kept (id int)");
            statement.execute("insert into kept select generate_series(1, 1000)");
            killed = server.pid();
            ProcessHandle process = ProcessHandle.of(killed).orElseThrow();
            process.destroyForcibly();
            process.onExit().get(20, TimeUnit.SECONDS);
        }

        try (EmbeddedPostgres again = EmbeddedPostgres.start(options)) {
            assertThat(again.adopted()).isFalse();
            assertThat(again.pid()).isNotEqualTo(killed);
            assertThat(single(again, "select count(*) from kept")).isEqualTo("1000");
        }
    }

    @Test
    void adoptsTheServerThatAnEarlierStartLeftRunning() throws Exception {
        Options options = new Options(directory, 0, true);
        EmbeddedPostgres orphan = EmbeddedPostgres.start(options);
        try (EmbeddedPostgres adopted = EmbeddedPostgres.start(options)) {
            assertThat(adopted.adopted()).isTrue();
            assertThat(adopted.pid()).isEqualTo(orphan.pid());
            assertThat(adopted.port()).isEqualTo(orphan.port());
            assertThat(single(adopted, "select 1")).isEqualTo("1");
        }
        assertThat(EmbeddedPostgres.find(options)).isEmpty();
    }

    @Test
    void adoptsTheServerOfAKilledStarter() throws Exception {
        Process starter = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Starter.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String[] words;
        try {
            words = starter.inputReader()
                    .lines()
                    .filter(line -> line.startsWith("ready "))
                    .findFirst()
                    .orElseThrow()
                    .split(" ");
        } finally {
            starter.destroyForcibly().waitFor();
        }

        try (EmbeddedPostgres adopted = EmbeddedPostgres.start(new Options(directory, 0, true))) {
            assertThat(adopted.adopted()).isTrue();
            assertThat(adopted.pid()).isEqualTo(Long.parseLong(words[1]));
            assertThat(adopted.port()).isEqualTo(Integer.parseInt(words[2]));
            assertThat(single(adopted, "select count(*) from kept")).isEqualTo("1000");
        }
        assertThat(EmbeddedPostgres.find(new Options(directory, 0, true))).isEmpty();
    }

    @Test
    void isDurableAndClosedToStrangersWhenItKeepsData() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(new Options(directory, 0, true))) {
            assertThat(single(server, "show fsync")).isEqualTo("on");
            assertThat(single(server, "show synchronous_commit")).isEqualTo("on");
            assertThat(single(server, "show full_page_writes")).isEqualTo("on");
            assertThat(single(server, "show server_encoding")).isEqualTo("UTF8");
            assertThat(server.password()).hasSize(48);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("password"))))
                    .isEqualTo("rw-------");
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> java.sql.DriverManager.getConnection(
                            server.jdbcUrl("postgres"), EmbeddedPostgres.USER, "guess"))
                    .hasMessageContaining("password authentication failed");
        }
    }

    @Test
    void startsAnewWhereAFirstStartWasBrokenOff() throws Exception {
        Path data = Files.createDirectories(directory.resolve("data"));
        Files.writeString(data.resolve("PG_VERSION"), "18\n");
        Files.createDirectories(data.resolve("base").resolve("1"));
        Files.writeString(directory.resolve("first-start"), "");

        try (EmbeddedPostgres server = EmbeddedPostgres.start(new Options(directory, 0, true))) {
            assertThat(single(server, "select 1")).isEqualTo("1");
            assertThat(server.password()).hasSize(48);
        }
        assertThat(directory.resolve("first-start")).doesNotExist();
    }

    @Test
    void leavesDataAloneThatWasNotJustBegun() throws Exception {
        Path data = Files.createDirectories(directory.resolve("data"));
        Files.writeString(data.resolve("PG_VERSION"), "17\n");

        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> EmbeddedPostgres.start(new Options(directory, 0, true)))
                .hasMessageContaining("PostgreSQL did not start");
        assertThat(data.resolve("PG_VERSION")).hasContent("17");
    }

    @Test
    void removesTheFileOfADeadServer() throws Exception {
        Path data = directory.resolve("data");
        Files.createDirectories(data);
        Path file = data.resolve("postmaster.pid");
        long dead = new ProcessBuilder("true").start().onExit().get().pid();
        Files.writeString(file, dead + "\n" + data + "\n0\n5481\n\n127.0.0.1\n");

        assertThat(Postmaster.running(data)).isEmpty();

        assertThat(file).doesNotExist();
    }

    private static String single(EmbeddedPostgres server, String sql) throws Exception {
        try (Connection connection = server.connect();
                var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
