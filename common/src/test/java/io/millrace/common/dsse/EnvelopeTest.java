package io.millrace.common.dsse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.KeyPair;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvelopeTest {

    private static final String TYPE = "application/vnd.in-toto+json";

    @TempDir
    Path folder;

    /** The example of the specification's section on the pre-authentication encoding. */
    @Test
    void encodesAsTheSpecificationSays() {
        assertThat(new String(
                        Envelope.preAuthenticationEncoding(
                                "http://example.com/HelloWorld", "hello world".getBytes(StandardCharsets.UTF_8)),
                        StandardCharsets.UTF_8))
                .isEqualTo("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }

    @Test
    void givesThePayloadOnlyWhenATrustedKeySignedIt() throws IOException {
        KeyPair ours = Keys.readOrCreate(folder.resolve("ours.pem"));
        KeyPair other = Keys.readOrCreate(folder.resolve("other.pem"));
        byte[] payload = "{\"größe\": 1}".getBytes(StandardCharsets.UTF_8);
        Envelope signed = Envelope.sign(TYPE, payload, ours.getPrivate(), Keys.id(ours.getPublic()));

        assertThat(signed.verified(TYPE, List.of(other.getPublic(), ours.getPublic())))
                .hasValue(payload);
        assertThat(signed.verified(TYPE, List.of(other.getPublic()))).isEmpty();
        assertThat(signed.verified("text/plain", List.of(ours.getPublic()))).isEmpty();
        String changed = Base64.getEncoder().encodeToString("{\"größe\": 2}".getBytes(StandardCharsets.UTF_8));
        assertThat(new Envelope(changed, TYPE, signed.signatures()).verified(TYPE, List.of(ours.getPublic())))
                .isEmpty();
        assertThat(new Envelope(signed.payload(), TYPE, List.of(new Envelope.SignedBy("", "%%")))
                        .verified(TYPE, List.of(ours.getPublic())))
                .isEmpty();
    }

    @Test
    void keepsAKeyForItsOwnerAndReadsItAgain() throws IOException {
        Path file = folder.resolve("deep/key.pem");
        KeyPair made = Keys.readOrCreate(file);

        assertThat(Keys.readOrCreate(file).getPublic()).isEqualTo(made.getPublic());
        assertThat(Keys.readPublic(file)).containsExactly(made.getPublic());
        assertThat(Files.getPosixFilePermissions(file))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        Files.writeString(file, "nonsense");
        assertThatThrownBy(() -> Keys.readOrCreate(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("key.pem");
    }
}
