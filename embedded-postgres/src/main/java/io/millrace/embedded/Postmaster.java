package io.millrace.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The server process that holds a data directory, as its {@code postmaster.pid} says: process id in the first line, port in
 * the fourth (PostgreSQL documentation, "Database File Layout").
 */
record Postmaster(long pid, int port) {

    private static final int PORT_LINE = 3;

    /** The live server of the data directory. A file left by a dead one is removed. */
    static Optional<Postmaster> running(Path data) throws IOException {
        Path file = data.resolve("postmaster.pid");
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        if (lines.size() <= PORT_LINE) {
            return Optional.empty();
        }
        Postmaster postmaster = new Postmaster(
                Long.parseLong(lines.get(0).trim()),
                Integer.parseInt(lines.get(PORT_LINE).trim()));
        if (postmaster.alive(data)) {
            return Optional.of(postmaster);
        }
        Files.deleteIfExists(file);
        return Optional.empty();
    }

    /** Process ids are used again, so a live process counts only when it is a server on this very data. */
    private boolean alive(Path data) {
        Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
        if (process.isEmpty()) {
            return false;
        }
        Path commandLine = Path.of("/proc", Long.toString(pid), "cmdline");
        try {
            if (Files.isReadable(commandLine)) {
                String words = Files.readString(commandLine, StandardCharsets.UTF_8);
                return words.contains("postgres") && words.contains(data.toString());
            }
        } catch (IOException e) {
            return false;
        }
        return process.get().info().command().map(c -> c.contains("postgres")).orElse(true);
    }
}
