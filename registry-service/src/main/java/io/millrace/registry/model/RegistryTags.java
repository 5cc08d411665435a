package io.millrace.registry.model;

import io.millrace.common.error.PlatformException;

/** Limits of tags on models and versions. */
final class RegistryTags {

    private static final int MAX_KEY = 250;
    private static final int MAX_VALUE = 100_000;

    private RegistryTags() {}

    static void check(String key, String value) {
        if (key.isEmpty()) {
            throw PlatformException.invalid("/key", "Missing value for required parameter 'key'.");
        }
        if (key.length() > MAX_KEY) {
            throw PlatformException.invalid("/key", "'key' exceeds the maximum length of " + MAX_KEY + " characters");
        }
        if (value.length() > MAX_VALUE) {
            throw PlatformException.invalid(
                    "/value", "'value' exceeds the maximum length of " + MAX_VALUE + " characters");
        }
    }
}
