package io.millrace.cli;

import io.millrace.cli.platform.PlatformException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "logs", description = "Shows the log of a service.")
final class LogsCommand implements Runnable {

    private static final List<String> NAMES = List.of("registry", "pipeline", "serving", "monitoring");

    @Mixin
    private HomeOption home = new HomeOption();

    @Parameters(paramLabel = "SERVICE", description = "registry, pipeline, serving or monitoring.")
    private String service = "";

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            description = "Last lines to show (default: ${DEFAULT-VALUE}).")
    private int lines = 50;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on showing new lines.")
    private boolean follow;

    @Override
    public void run() {
        if (!NAMES.contains(service)) {
            throw new PlatformException(
                    "There is no service '" + service + "': one of " + String.join(", ", NAMES) + ".");
        }
        if (lines < 1) {
            throw new PlatformException("--lines must be at least 1, is " + lines + ".");
        }
        Path log = home.home().log(service);
        if (!Files.isRegularFile(log)) {
            throw new PlatformException("The " + service + " service has written no log yet: " + log);
        }
        System.out.println(home.home().tail(service, lines));
        if (follow) {
            follow(log);
        }
    }

    private static void follow(Path log) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(file.length());
            byte[] buffer = new byte[8192];
            while (true) {
                int read = file.read(buffer);
                if (read > 0) {
                    System.out.print(new String(buffer, 0, read, StandardCharsets.UTF_8));
                } else {
                    Thread.sleep(300);
                }
            }
        } catch (IOException e) {
            throw new PlatformException("The log cannot be read: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
