package io.millrace.registry.dataset;

import io.millrace.common.error.PlatformException;
import org.jspecify.annotations.Nullable;

/**
 * A data set by name and digest.
 *
 * @param digest short hash of the content, at most 36 characters, made by the client
 * @param source where it came from, in the form of {@code sourceType}
 */
public record Dataset(
        String name,
        String digest,
        String sourceType,
        String source,
        @Nullable String schema,
        @Nullable String profile) {

    public Dataset {
        check("name", name, 500);
        check("digest", digest, 36);
        check("source_type", sourceType, 500);
        check("source", source, 65_535);
        atMost("schema", schema, 1_048_575);
        atMost("profile", profile, 16_777_215);
    }

    private static void check(String field, String value, int max) {
        if (value.isEmpty()) {
            throw PlatformException.invalid(
                    "/dataset." + field, "Missing value for required parameter 'dataset." + field + "'.");
        }
        atMost(field, value, max);
    }

    private static void atMost(String field, @Nullable String value, int max) {
        if (value != null && value.length() > max) {
            throw PlatformException.invalid(
                    "/dataset." + field,
                    "'dataset." + field + "' exceeds the maximum length of " + max + " characters");
        }
    }
}
