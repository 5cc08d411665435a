package io.millrace.registry.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.common.error.PlatformException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretBoxTest {

    private static final String KEY = "k".repeat(32);

    @TempDir
    Path folder;

    private SecretBox box(String key) {
        Path file = folder.resolve("deeper/secret.key");
        return new SecretBox(new SecretConfig() {
            @Override
            public Optional<String> key() {
                return Optional.ofNullable(key);
            }

            @Override
            public Path keyFile() {
                return file;
            }
        });
    }

    @Test
    void opensWhatItSealedForTheSameOwnerWithTheSameKey() {
        byte[] sealed = box(KEY).seal("größe", "a");

        assertThat(box(KEY).open(sealed, "a")).contains("größe");
        assertThat(box(KEY).open(sealed, "b")).isEmpty();
        assertThat(box("j".repeat(32)).open(sealed, "a")).isEmpty();
        assertThat(box(KEY).open(new byte[5], "a")).isEmpty();
    }

    @Test
    void showsNothingOfTheSecretAndNeverSealsItTheSameWay() {
        byte[] first = box(KEY).seal("a secret of some length", "a");

        assertThat(new String(first, StandardCharsets.ISO_8859_1)).doesNotContain("secret");
        assertThat(box(KEY).seal("a secret of some length", "a")).isNotEqualTo(first);
    }

    @Test
    void refusesWhatWasChanged() {
        byte[] sealed = box(KEY).seal("secret", "a");
        for (int i = 0; i < sealed.length; i++) {
            sealed[i] ^= 1;
            assertThat(box(KEY).open(sealed, "a")).isEmpty();
            sealed[i] ^= 1;
        }
    }

    @Test
    void makesAKeyFileForItsOwnerOnlyAndUsesItAgain() throws Exception {
        byte[] sealed = box(null).seal("secret", "a");

        assertThat(box(null).open(sealed, "a")).contains("secret");
        Path file = folder.resolve("deeper/secret.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var left = Files.list(file.getParent())) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void refusesAShortKey() {
        assertThatThrownBy(() -> box("short").seal("secret", "a"))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("MILLRACE_SECRET_KEY");
    }
}
