package io.millrace.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.Millrace;
import io.millrace.cli.platform.LocalPlatform;
import io.millrace.cli.platform.PlatformHome;
import io.millrace.cli.platform.Ports;
import io.millrace.cli.platform.ServiceName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C in a terminal: a real SIGINT to the launcher and everything it has started. */
class InterruptedDemoIT {

    private static final int INTERRUPTED = 130;
    private static final long MINUTES = 3;

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        platform().down();
    }

    @Test
    void leavesNothingRunningAndANextStartWorks() throws Exception {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/setsid")) && Files.isDirectory(Path.of("/proc/self")),
                "a session of its own, as a terminal gives, needs Linux with setsid");
        Ports ports = Ports.anyFree();

        interrupt(ports, "PostgreSQL starts", () -> Files.isDirectory(home().resolve("postgres/data")));
        interrupt(ports, "services start", () -> Files.exists(home().resolve("run/serving.pid")));
        interrupt(ports, "the first model trains", () -> told().contains("1. Load the pipelines"));

        assertThat(launch(ports, "up", "--detach").waitFor()).as(told()).isZero();
        assertThat(platform().status()).extracting(LocalPlatform.Status::state).containsOnly("ready");
    }

    private void interrupt(Ports ports, String when, Moment moment) throws Exception {
        Process launcher = launch(ports, "demo");
        while (!moment.come()) {
            assertThat(launcher.isAlive()).as(when + ": ended early\n" + told()).isTrue();
            Thread.sleep(20);
        }

        new ProcessBuilder("kill", "-INT", "--", "-" + launcher.pid())
                .inheritIO()
                .start()
                .waitFor();

        assertThat(launcher.waitFor(MINUTES, TimeUnit.MINUTES)).as(when).isTrue();
        assertThat(launcher.exitValue()).as(when + "\n" + told()).isEqualTo(INTERRUPTED);
        assertThat(left(launcher.pid())).as(when + "\n" + told()).isEmpty();
        assertThat(told()).as(when).doesNotContain("Exception", "millrace: ");
    }

    private interface Moment {
        boolean come() throws IOException;
    }

    private Path home() {
        return folder.resolve("home");
    }

    private LocalPlatform platform() {
        return new LocalPlatform(new PlatformHome(home()), RunningPlatform.ROOT, System.out);
    }

    private String told() throws IOException {
        return Files.readString(folder.resolve("told.txt"));
    }

    /** In a session of its own, so that a signal to its group reaches what it has started and nothing else. */
    private Process launch(Ports ports, String... arguments) throws IOException {
        // A test run in the background may ignore SIGINT, and its children would too.
        List<String> command = new ArrayList<>(List.of("setsid", "env", "--default-signal=INT"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
        command.add("-Dmillrace.installation=" + RunningPlatform.ROOT);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Millrace.class.getName()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--home", home().toString(), "--postgres-port", Integer.toString(ports.postgres())));
        for (ServiceName name : ServiceName.values()) {
            command.addAll(List.of("--" + name.wire() + "-port", Integer.toString(ports.of(name))));
        }
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("told.txt").toFile())
                .start();
    }

    /** Command lines of what lives in the launcher's session, or works on its home. */
    private List<String> left(long session) throws IOException {
        List<String> left = new ArrayList<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes
                    .filter(p -> p.getFileName().toString().matches("\\d+"))
                    .toList()) {
                try {
                    String stat = Files.readString(process.resolve("stat"));
                    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                    String line = Files.readString(process.resolve("cmdline")).replace('\0', ' ');
                    boolean ours = fields[3].equals(Long.toString(session)) || line.contains(home().toString());
                    if (ours && !fields[0].equals("Z")) {
                        left.add(process.getFileName() + " " + line);
                    }
                } catch (IOException e) {
                    // It has ended meanwhile.
                }
            }
        }
        return left;
    }
}
