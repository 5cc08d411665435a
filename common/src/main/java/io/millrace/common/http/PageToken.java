package io.millrace.common.http;

import io.millrace.common.error.PlatformException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The key of the last item of a page, opaque to callers. Paging by key neither skips nor repeats when rows come in. */
public final class PageToken {

    private static final int MAX_LENGTH = 4000;

    private PageToken() {}

    public static String encode(List<String> key) {
        StringBuilder text = new StringBuilder();
        for (String part : key) {
            text.append(part.length()).append(':').append(part);
        }
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The key of {@code parts} parts; a token that this service did not make is a bad request. */
    public static List<String> decode(String token, int parts) {
        try {
            if (token.length() > MAX_LENGTH) {
                throw invalid();
            }
            byte[] bytes = Base64.getUrlDecoder().decode(token);
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            List<String> key = new ArrayList<>();
            int at = 0;
            while (at < text.length()) {
                int colon = text.indexOf(':', at);
                int length = Integer.parseInt(text.substring(at, colon));
                key.add(text.substring(colon + 1, colon + 1 + length));
                at = colon + 1 + length;
            }
            if (key.size() != parts) {
                throw invalid();
            }
            return key;
        } catch (IllegalArgumentException | CharacterCodingException | IndexOutOfBoundsException e) {
            throw invalid();
        }
    }

    /** The key of a list that is sorted by a falling number: a row below it comes next. Without a token, every row does. */
    public static long before(@Nullable String token) {
        if (token == null) {
            return Long.MAX_VALUE;
        }
        try {
            return Long.parseLong(decode(token, 1).get(0));
        } catch (NumberFormatException e) {
            throw invalid();
        }
    }

    /** The key of a list that is sorted by falling time, then id. */
    public record TimeKey(Instant at, UUID id) {}

    /** The key of a list that is sorted by falling time, then id; none without a token. */
    public static Optional<TimeKey> timeKey(@Nullable String token) {
        if (token == null) {
            return Optional.empty();
        }
        List<String> key = decode(token, 2);
        try {
            return Optional.of(new TimeKey(Instant.parse(key.get(0)), UUID.fromString(key.get(1))));
        } catch (DateTimeParseException | IllegalArgumentException e) {
            throw invalid();
        }
    }

    private static PlatformException invalid() {
        return PlatformException.invalid("/pageToken", "is not a token of this list");
    }
}
