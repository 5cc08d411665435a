package io.millrace.common.dsse;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A payload with signatures over its type and its bytes. The JSON form is that of the specification.
 *
 * @param payload base64 of the signed bytes
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Envelope(String payload, String payloadType, List<SignedBy> signatures) {

    private static final String ALGORITHM = "Ed25519";

    public Envelope {
        signatures = List.copyOf(signatures);
    }

    /**
     * One signature.
     *
     * @param keyid a hint to the key, not trusted
     * @param sig base64 of the signature
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record SignedBy(
            @JsonProperty("keyid") String keyid,
            @JsonProperty("sig") String sig) {}

    /** Signs a payload. */
    public static Envelope sign(String payloadType, byte[] payload, PrivateKey key, String keyId) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            signature.update(preAuthenticationEncoding(payloadType, payload));
            Base64.Encoder base64 = Base64.getEncoder();
            return new Envelope(
                    base64.encodeToString(payload),
                    payloadType,
                    List.of(new SignedBy(keyId, base64.encodeToString(signature.sign()))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign", e);
        }
    }

    /** The payload, if one of the keys has signed it as this type. */
    public Optional<byte[]> verified(String expectedType, Iterable<PublicKey> keys) {
        if (!payloadType.equals(expectedType)) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(payload);
            byte[] signed = preAuthenticationEncoding(payloadType, bytes);
            for (SignedBy by : signatures) {
                byte[] sig = Base64.getDecoder().decode(by.sig());
                for (PublicKey key : keys) {
                    if (matches(key, signed, sig)) {
                        return Optional.of(bytes);
                    }
                }
            }
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean matches(PublicKey key, byte[] signed, byte[] sig) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(key);
            signature.update(signed);
            return signature.verify(sig);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** "DSSEv1" SP LEN(type) SP type SP LEN(payload) SP payload. */
    static byte[] preAuthenticationEncoding(String payloadType, byte[] payload) {
        byte[] type = payloadType.getBytes(StandardCharsets.UTF_8);
        byte[] head = ("DSSEv1 " + type.length + " " + payloadType + " " + payload.length + " ")
                .getBytes(StandardCharsets.UTF_8);
        byte[] encoded = Arrays.copyOf(head, head.length + payload.length);
        System.arraycopy(payload, 0, encoded, head.length, payload.length);
        return encoded;
    }
}
