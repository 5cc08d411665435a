package io.millrace.serving.door;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.common.http.BodySize;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/** Content encodings: gzip and deflate, which is zlib on the wire. */
final class Encodings {

    private Encodings() {}

    /**
     * The body in plain.
     *
     * @param limit most bytes of the plain body
     * @throws PlatformException PAYLOAD_TOO_LARGE past the limit, UNSUPPORTED_MEDIA_TYPE for another encoding,
     *     INVALID_REQUEST for a body that is not so encoded
     */
    static byte[] plain(byte[] body, @Nullable String encoding, long limit) {
        if (encoding == null || encoding.isBlank() || encoding.equalsIgnoreCase("identity")) {
            return body;
        }
        String name = encoding.strip().toLowerCase(Locale.ROOT);
        if (!name.equals("gzip") && !name.equals("deflate")) {
            throw new PlatformException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Content-Encoding must be gzip, deflate or identity");
        }
        try (InputStream in = name.equals("gzip")
                ? new GZIPInputStream(new ByteArrayInputStream(body))
                : new InflaterInputStream(new ByteArrayInputStream(body))) {
            byte[] plain = in.readNBytes((int) Math.min(limit + 1, Integer.MAX_VALUE - 8));
            if (plain.length > limit) {
                throw BodySize.tooLarge(limit);
            }
            return plain;
        } catch (IOException e) {
            throw PlatformException.invalid("", "the body is not valid " + name);
        }
    }

    /** The encoding to answer with; gzip before deflate. A weight of 0 refuses one. */
    static Optional<String> accepted(@Nullable String accept) {
        if (accept == null) {
            return Optional.empty();
        }
        String found = null;
        for (String each : accept.toLowerCase(Locale.ROOT).split(",")) {
            String[] parts = each.strip().split(";");
            boolean refused = parts.length > 1 && parts[1].strip().matches("q=0(\\.0*)?");
            if (!refused && (parts[0].strip().equals("gzip") || parts[0].strip().equals("deflate") && found == null)) {
                found = parts[0].strip();
            }
        }
        return Optional.ofNullable(found);
    }

    static byte[] compress(byte[] body, String encoding) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length / 3 + 64);
        try (DeflaterOutputStream out =
                encoding.equals("gzip") ? new GZIPOutputStream(bytes) : new DeflaterOutputStream(bytes)) {
            out.write(body);
        }
        return bytes.toByteArray();
    }
}
