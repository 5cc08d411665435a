package io.millrace.common.dsse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ed25519 keys in PEM files: a private key as PKCS#8, public keys as SubjectPublicKeyInfo (RFC 8410). */
public final class Keys {

    private static final String ALGORITHM = "Ed25519";
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN (?<kind>[A-Z ]+)-----(?<body>[A-Za-z0-9+/=\\s]+)-----END \\k<kind>-----");

    private Keys() {}

    /**
     * The private key of a file and, below it in the same file, its public key; both are made when the file is not there, and
     * then only this user can read it.
     */
    public static KeyPair readOrCreate(Path file) throws IOException {
        if (!Files.exists(file)) {
            create(file);
        }
        String text = Files.readString(file);
        try {
            KeyFactory keys = KeyFactory.getInstance(ALGORITHM);
            PrivateKey secret = keys.generatePrivate(new PKCS8EncodedKeySpec(only(text, "PRIVATE KEY", file)));
            PublicKey open = keys.generatePublic(new X509EncodedKeySpec(only(text, "PUBLIC KEY", file)));
            return new KeyPair(open, secret);
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " does not hold an Ed25519 key pair", e);
        }
    }

    private static void create(Path file) throws IOException {
        try {
            KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
            Path parent = file.toAbsolutePath().getParent();
            Files.createDirectories(parent);
            Path written = Files.createTempFile(parent, "key", ".tmp", owner());
            Files.writeString(written, pem("PRIVATE KEY", pair.getPrivate().getEncoded()) + pem(pair.getPublic()));
            try {
                // Whoever comes second takes the first one's key.
                Files.createLink(file, written);
            } catch (FileAlreadyExistsException e) {
                return;
            } catch (UnsupportedOperationException | AtomicMoveNotSupportedException e) {
                Files.copy(written, file);
            } finally {
                Files.deleteIfExists(written);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has Ed25519", e);
        }
    }

    private static FileAttribute<?>[] owner() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    /** Writes the public key where others can read it. */
    public static void publish(PublicKey key, Path file) throws IOException {
        Path written = Files.createTempFile(file.toAbsolutePath().getParent(), "key", ".tmp");
        Files.writeString(written, pem(key));
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The public keys of a PEM file; other parts are passed over. */
    public static List<PublicKey> readPublic(Path file) throws IOException {
        try {
            List<PublicKey> found = new ArrayList<>();
            for (byte[] encoded : all(Files.readString(file), "PUBLIC KEY")) {
                found.add(KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded)));
            }
            return found;
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " holds a key that is not an Ed25519 public key", e);
        }
    }

    public static String pem(PublicKey key) {
        return pem("PUBLIC KEY", key.getEncoded());
    }

    /** A short name for a key: 16 hexadecimal digits of the SHA-256 of its encoding. */
    public static String id(PublicKey key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String pem(String kind, byte[] encoded) {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(encoded);
        return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
    }

    private static byte[] only(String text, String kind, Path file) throws IOException {
        List<byte[]> found = all(text, kind);
        if (found.size() != 1) {
            throw new IOException(file + " must hold one " + kind + ", and holds " + found.size());
        }
        return found.get(0);
    }

    private static List<byte[]> all(String text, String kind) {
        List<byte[]> found = new ArrayList<>();
        Matcher part = PEM.matcher(text);
        while (part.find()) {
            if (kind.equals(part.group("kind"))) {
                found.add(Base64.getMimeDecoder().decode(part.group("body")));
            }
        }
        return found;
    }
}
