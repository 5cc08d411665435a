package io.millrace.cli.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The classes of a service as a Java that has started it once has read and checked them (an AppCDS archive): with it a start
 * takes half the work. Java itself ignores an archive of another Java, class path or garbage collector.
 */
final class ClassArchive {

    private final Path jar;
    private final Path file;

    /** @param jar what starts the service */
    ClassArchive(Path jar) {
        this.jar = jar;
        this.file = jar.resolveSibling("classes.jsa");
    }

    /** Options that use the archive; none when it is missing or older than the service. */
    List<String> use() {
        try {
            boolean usable = Files.isRegularFile(file)
                    && Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(jar)) >= 0;
            // Without it a service starts more slowly, no more: nothing that a person has to read in its log.
            return usable
                    ? List.of("-XX:SharedArchiveFile=" + file, "-Xlog:cds=off", "-Xlog:cds+dynamic=off")
                    : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Options that let a service write the archive when it is asked to end. */
    List<String> record() {
        // The optimising compiler would only be in the way of a Java that ends soon.
        return List.of(
                "-XX:ArchiveClassesAtExit=" + recorded(),
                "-XX:TieredStopAtLevel=1",
                "-Xlog:cds=off",
                "-Xlog:cds+dynamic=off");
    }

    /** Takes what was recorded. A half written archive is never seen under the name that {@link #use} looks for.
     *
     * @throws PlatformException when nothing was recorded
     */
    void keep() {
        try {
            Files.move(recorded(), file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            throw new PlatformException("Java has written no class archive " + file + ".", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path recorded() {
        return file.resolveSibling(file.getFileName() + ".new");
    }
}
