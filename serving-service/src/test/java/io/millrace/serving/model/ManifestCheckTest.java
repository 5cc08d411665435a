package io.millrace.serving.model;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.dsse.Envelope;
import io.millrace.common.dsse.Keys;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.serving.client.registry.RegistryVersion;
import io.millrace.serving.client.registry.VersionFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestCheckTest {

    private static final VersionId ID = new VersionId("m", 1);
    private static final List<VersionFile> FILES = List.of(new VersionFile("a/b.bin", 3, "00ff"));

    @TempDir
    Path folder;

    private KeyPair trusted;
    private ManifestCheck check;

    @BeforeEach
    void makeKey() throws IOException {
        Path file = folder.resolve("key.pem");
        trusted = Keys.readOrCreate(file);
        check = new ManifestCheck(Optional.of(file), new ObjectMapper());
    }

    @Test
    void letsASignedVersionPass() {
        assertThatCode(() -> check.check(ID, version(FILES, signed(trusted, "m/1", "a/b.bin", "00ff"))))
                .doesNotThrowAnyException();
        assertThatCode(() -> new ManifestCheck(Optional.empty(), new ObjectMapper()).check(ID, version(FILES, null)))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesWhatNobodyOrAStrangerSigned() throws IOException {
        KeyPair stranger = Keys.readOrCreate(folder.resolve("stranger.pem"));

        refuses(version(FILES, null), "no signed manifest");
        refuses(version(FILES, signed(stranger, "m/1", "a/b.bin", "00ff")), "trusted key");
    }

    @Test
    void refusesAManifestOfOtherFilesOrOfAnotherVersion() {
        refuses(version(FILES, signed(trusted, "m/2", "a/b.bin", "00ff")), "that of m/2");
        refuses(version(FILES, signed(trusted, "m/1", "a/b.bin", "00fe")), "not those that were signed");
        refuses(
                version(
                        List.of(FILES.get(0), new VersionFile("more.bin", 1, "aa")),
                        signed(trusted, "m/1", "a/b.bin", "00ff")),
                "not those that were signed");
    }

    private void refuses(RegistryVersion version, String why) {
        assertThatThrownBy(() -> check.check(ID, version))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("m/1 is refused")
                .hasMessageContaining(why);
    }

    private static RegistryVersion version(List<VersionFile> files, @Nullable Envelope manifest) {
        return new RegistryVersion("m", 1, "READY", files, manifest);
    }

    private static Envelope signed(KeyPair key, String name, String path, String digest) {
        String statement =
                "{\"subject\":[{\"name\":\"%s\"}],\"predicate\":{\"resources\":[{\"name\":\"%s\",\"digest\":\"%s\"}]}}"
                        .formatted(name, path, digest);
        return Envelope.sign(
                "application/vnd.in-toto+json", statement.getBytes(StandardCharsets.UTF_8), key.getPrivate(), "k");
    }
}
