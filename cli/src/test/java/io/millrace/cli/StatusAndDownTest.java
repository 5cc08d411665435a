package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusAndDownTest {

    @TempDir
    private Path home;

    @Test
    void nothingIsStoppedAndNothingIsMadeWhereNothingRan() {
        CommandLineRun status = CommandLineRun.of("status", "--home", home.toString());
        CommandLineRun down = CommandLineRun.of("down", "--home", home.toString());

        assertThat(status.status()).isEqualTo(1);
        assertThat(status.out().lines().map(String::strip).map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "postgres stopped",
                        "registry stopped",
                        "serving stopped",
                        "pipeline stopped",
                        "monitoring stopped",
                        "services together: 0 MiB resident");
        assertThat(down).isEqualTo(new CommandLineRun(0, "Nothing runs in " + home + ".\n", ""));
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void aHalfStartedPlatformShowsWhoRunsWhoIsReadyAndWhoDoesNotRun() throws Exception {
        Process registry = new ProcessBuilder("sleep", "600").start();
        Process serving = new ProcessBuilder("sleep", "600").start();
        try (FakeServices services = new FakeServices(home)) {
            services.on("registry GET /q/health/ready", 200, "{}").on("serving GET /q/health/ready", 503, "{}");
            runsAs(registry, "registry");
            runsAs(serving, "serving");

            CommandLineRun status = CommandLineRun.of("status", "--home", home.toString());

            assertThat(status.status()).isEqualTo(1);
            assertThat(status.out().lines().map(line -> line.replaceAll(" +", " ")))
                    .anyMatch(line -> line.startsWith("registry ready http://127.0.0.1:")
                            && line.contains("pid " + registry.pid()))
                    .anyMatch(line -> line.startsWith("serving starting http://127.0.0.1:")
                            && line.contains("pid " + serving.pid()))
                    .contains("postgres stopped ", "pipeline stopped ", "monitoring stopped ");
        } finally {
            registry.destroyForcibly();
            serving.destroyForcibly();
        }
    }

    @Test
    void downEndsWhatRunsAndNothingElse() throws Exception {
        Process ours = new ProcessBuilder("sleep", "600").start();
        Process other = new ProcessBuilder("sleep", "600").start();
        try {
            Files.createDirectories(home.resolve("run"));
            runsAs(ours, "monitoring");
            // The id of a service that ended long ago, which another process has now.
            Files.writeString(home.resolve("run/pipeline.pid"), other.pid() + "\n2013-05-01T00:00:00Z\n");

            CommandLineRun down = CommandLineRun.of("down", "--home", home.toString());

            assertThat(down).isEqualTo(new CommandLineRun(0, "  monitoring stopped\n", ""));
            assertThat(ours.isAlive()).isFalse();
            assertThat(other.isAlive()).isTrue();
        } finally {
            ours.destroyForcibly();
            other.destroyForcibly();
        }
    }

    private void runsAs(Process process, String service) throws Exception {
        String since = process.toHandle().info().startInstant().orElseThrow().toString();
        Files.writeString(home.resolve("run").resolve(service + ".pid"), process.pid() + "\n" + since + "\n");
    }
}
