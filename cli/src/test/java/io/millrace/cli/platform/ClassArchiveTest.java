package io.millrace.cli.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassArchiveTest {

    @TempDir
    Path folder;

    private Path jar;
    private ClassArchive archive;

    @BeforeEach
    void service() throws IOException {
        jar = Files.createFile(folder.resolve("quarkus-run.jar"));
        archive = new ClassArchive(jar);
    }

    @Test
    void isNotUsedBeforeItIsKept() throws IOException {
        assertThat(archive.use()).isEmpty();

        Files.writeString(recorded(), "half written");

        assertThat(archive.use()).isEmpty();
    }

    @Test
    void isUsedOnceItIsKept() throws IOException {
        Files.writeString(recorded(), "classes");

        archive.keep();

        assertThat(archive.use()).contains("-XX:SharedArchiveFile=" + folder.resolve("classes.jsa"));
        assertThat(recorded()).doesNotExist();
    }

    @Test
    void isNotUsedForALaterBuild() throws IOException {
        Files.writeString(recorded(), "classes");
        archive.keep();

        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(60)));

        assertThat(archive.use()).isEmpty();
    }

    @Test
    void saysSoWhenJavaHasWrittenNone() {
        assertThatThrownBy(archive::keep)
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("no class archive");
    }

    /** The file that the options for a recording name. */
    private Path recorded() {
        return archive.record().stream()
                .filter(option -> option.startsWith("-XX:ArchiveClassesAtExit="))
                .map(option -> Path.of(option.substring(option.indexOf('=') + 1)))
                .findFirst()
                .orElseThrow();
    }
}
