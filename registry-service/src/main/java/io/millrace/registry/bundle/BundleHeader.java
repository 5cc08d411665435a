package io.millrace.registry.bundle;

import java.time.Instant;

/**
 * What a bundle is, in its first entry {@code bundle.json}.
 *
 * @param format {@link #FORMAT}
 * @param keyId the key that signed the manifests
 */
record BundleHeader(String format, String model, Instant exportedAt, String keyId) {

    static final String FORMAT = "millrace-bundle/1";
}
