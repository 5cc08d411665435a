package io.millrace.cli;

import io.millrace.cli.platform.LocalPlatform;
import io.millrace.cli.platform.PlatformHome;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** What the launcher runs after a build; the platform that a person has started is not touched. */
@Command(
        name = "prepare",
        hidden = true,
        description = "Starts the platform once in a folder of its own so that later starts take half the work.")
final class PrepareCommand implements Runnable {

    @Override
    public void run() {
        Path folder = HomeOption.installation().resolve(".millrace/prepare");
        PrintStream silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        LocalPlatform platform = new LocalPlatform(new PlatformHome(folder), HomeOption.installation(), silent);
        if (platform.classesRecorded()) {
            return;
        }
        // What one that was killed has left.
        platform.down();
        delete(folder);
        TakeDown takeDown = TakeDown.of(platform);
        try {
            platform.recordClasses();
        } finally {
            takeDown.cancel();
            delete(folder);
        }
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
