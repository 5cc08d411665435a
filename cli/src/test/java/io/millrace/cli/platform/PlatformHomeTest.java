package io.millrace.cli.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformHomeTest {

    @TempDir
    private Path folder;

    @Test
    void isClosedToOtherUsersAndKeepsItsSecrets() throws Exception {
        PlatformHome home = new PlatformHome(folder.resolve("home"));
        assertThat(home.exists()).isFalse();

        home.create();
        String token = home.adminToken();

        assertThat(home.exists()).isTrue();
        assertThat(token).matches("mlr_[A-Za-z0-9_-]{43}");
        assertThat(new PlatformHome(home.folder()).adminToken()).isEqualTo(token);
        assertThat(home.secret("other")).isNotEqualTo(token);
        assertThat(rights(home.folder())).isEqualTo("rwx------");
        assertThat(rights(home.folder().resolve("secrets"))).isEqualTo("rwx------");
        assertThat(rights(home.folder().resolve("secrets/admin.token"))).isEqualTo("rw-------");
    }

    @Test
    void isTheSameFolderHoweverItIsWritten() {
        assertThat(new PlatformHome(folder.resolve("a/../b/./c")).folder()).isEqualTo(folder.resolve("b/c"));
        assertThat(new PlatformHome(Path.of("x")).folder()).isAbsolute();
    }

    @Test
    void tellsTheEndOfALog() throws Exception {
        PlatformHome home = new PlatformHome(folder);
        home.create();
        Files.writeString(home.log("serving"), "one\ntwo\nthree\n");

        assertThat(home.tail("serving", 2)).isEqualTo("two\nthree");
        assertThat(home.tail("serving", 9)).isEqualTo("one\ntwo\nthree");
    }

    private static String rights(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
