package io.millrace.registry.secret;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts small secrets with AES-256-GCM (NIST SP 800-38D): a random nonce of 12 bytes, then the ciphertext with its tag of
 * 16 bytes. The key is the SHA-256 of the installation's key text, which is random and not a password.
 */
@ApplicationScoped
public class SecretBox {

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int MIN_KEY_CHARACTERS = 32;
    private static final int RANDOM_KEY_BYTES = 32;

    private final SecretConfig config;
    private final SecureRandom random = new SecureRandom();
    private volatile @Nullable SecretKey known;

    SecretBox(SecretConfig config) {
        this.config = config;
    }

    /** @param owner whose secret it is; only the same owner can open it */
    public byte[] seal(String secret, String owner) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, owner).doFinal(secret.getBytes(StandardCharsets.UTF_8));
            byte[] box = new byte[NONCE_BYTES + sealed.length];
            System.arraycopy(nonce, 0, box, 0, NONCE_BYTES);
            System.arraycopy(sealed, 0, box, NONCE_BYTES, sealed.length);
            return box;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES-GCM", e);
        }
    }

    /** The secret; none when it was sealed with another key, for another owner, or changed since. */
    public Optional<String> open(byte[] box, String owner) {
        if (box.length <= NONCE_BYTES) {
            return Optional.empty();
        }
        byte[] nonce = new byte[NONCE_BYTES];
        System.arraycopy(box, 0, nonce, 0, NONCE_BYTES);
        try {
            byte[] opened =
                    cipher(Cipher.DECRYPT_MODE, nonce, owner).doFinal(box, NONCE_BYTES, box.length - NONCE_BYTES);
            return Optional.of(new String(opened, StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String owner) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key(), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(owner.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private SecretKey key() throws GeneralSecurityException {
        SecretKey key = known;
        if (key == null) {
            String text = config.key().orElseGet(this::fromFile).strip();
            if (text.length() < MIN_KEY_CHARACTERS) {
                throw new PlatformException(
                        ErrorCode.UNAVAILABLE,
                        "MILLRACE_SECRET_KEY must have at least " + MIN_KEY_CHARACTERS + " characters");
            }
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            key = new SecretKeySpec(digest, "AES");
            known = key;
        }
        return key;
    }

    private String fromFile() {
        Path file = config.keyFile();
        try {
            if (!Files.exists(file)) {
                create(file);
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("the key of the installation cannot be read or made: " + file, e);
        }
    }

    private void create(Path file) throws IOException {
        byte[] bytes = new byte[RANDOM_KEY_BYTES];
        random.nextBytes(bytes);
        Files.createDirectories(file.toAbsolutePath().getParent());
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] ownerOnly = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        // Written elsewhere and linked: whoever finds the file finds the whole key.
        Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), "secret", ".new", ownerOnly);
        try {
            Files.writeString(fresh, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException e) {
            // Another replica on this folder was first; its key is the key.
        } finally {
            Files.delete(fresh);
        }
    }
}
