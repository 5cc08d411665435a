package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {

    @TempDir
    private Path home;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ups                                  | Unmatched argument at index 0: 'ups'",
                "up --port 1                          | Unknown options: '--port', '1'",
                "up --registry-port eighty            | Invalid value for option '--registry-port': 'eighty' is not an int",
                "logs                                 | Missing required parameter: 'SERVICE'",
                "why flight-delay                     | Missing required parameter: 'VERSION'",
                "why flight-delay champion            | Invalid value for positional parameter at index 1 (VERSION)",
                "run                                  | Missing required parameter: 'PIPELINE'",
                "run flights --as-of yesterday        | Invalid value for option '--as-of': cannot convert 'yesterday'",
                "predict                              | Missing required parameter: 'ENDPOINT'",
                "predict flights {} --file row.json   | JSON is given both as an argument and as --file.",
            })
    void wrongArgumentsEndWith2AndSayWhich(String line, String message) {
        CommandLineRun run = CommandLineRun.of(line.split(" "));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--registry-port 0                        | Port 0, wanted for the registry service, is not one of 1 to 65535.",
                "--postgres-port 70000                    | Port 70000, wanted for PostgreSQL, is not one of 1 to 65535.",
                "--serving-port 9100 --pipeline-port 9100 | Port 9100 is wanted for the serving service and for the pipeline service.",
            })
    void portsThatCannotBeEndWith1(String ports, String message) {
        CommandLineRun run = CommandLineRun.of(("up --home " + home + " " + ports).split(" "));

        assertThat(run).isEqualTo(new CommandLineRun(1, run.out(), "millrace: " + message + System.lineSeparator()));
    }

    @Test
    void aTakenPortIsNamedWithTheOptionThatChoosesAnother() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = other.getLocalPort();

            CommandLineRun run = CommandLineRun.of(
                    "up", "--home", home.toString(), "--postgres-port", "1", "--registry-port", Integer.toString(port));

            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err())
                    .isIn(
                            // PostgreSQL comes first; a normal user may not listen on port 1, the superuser may.
                            taken("PostgreSQL", 1, "--postgres-port"),
                            taken("the registry service", port, "--registry-port"));
            assertThat(home.resolve("postgres")).doesNotExist();
        }
    }

    private static String taken(String who, int port, String option) {
        return "millrace: Port " + port + ", wanted for " + who + ", is taken by another program.\n"
                + "End that program, or choose another port with " + option + "." + System.lineSeparator();
    }

    @Test
    void aHomeThatIsAFileIsRefused() throws Exception {
        Path file = Files.writeString(home.resolve("file"), "");

        CommandLineRun run = CommandLineRun.of("up", "--home", file.toString());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).startsWith("millrace: The folder " + file + " cannot be made: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "logs postgres     | There is no service 'postgres': one of registry, pipeline, serving, monitoring.",
                "logs serving -n 0 | --lines must be at least 1, is 0.",
                "demo --every 0    | --every must be at least 1, is 0.",
            })
    void wrongValuesEndWith1(String line, String message) {
        CommandLineRun run = CommandLineRun.of((line + " --home " + home).split(" "));

        assertThat(run).isEqualTo(new CommandLineRun(1, run.out(), "millrace: " + message + System.lineSeparator()));
    }

    @ParameterizedTest
    @CsvSource({"token", "models", "pipelines", "run flights", "why flights 1", "predict flights {}"})
    void askingAPlatformThatNeverWasSaysSo(String line) {
        Path never = home.resolve("never");

        CommandLineRun run = CommandLineRun.of((line + " --home " + never).split(" "));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo("millrace: No platform was ever started in " + never + ". Run ./millrace up."
                        + System.lineSeparator());
        assertThat(never).doesNotExist();
    }
}
