package io.millrace.common.auth;

import io.quarkus.security.identity.SecurityIdentity;

/** Says which token a caller showed, without giving it away: the first 12 hexadecimal digits of its SHA-256. */
public final class TokenFingerprint {

    static final String ATTRIBUTE = "millrace.token";

    private static final int LENGTH = 12;

    private TokenFingerprint() {}

    static String ofHash(String hash) {
        return hash.substring(0, Math.min(LENGTH, hash.length()));
    }

    /** The fingerprint of the caller's token; empty for one without. */
    public static String of(SecurityIdentity caller) {
        Object fingerprint = caller.getAttribute(ATTRIBUTE);
        return fingerprint == null ? "" : fingerprint.toString();
    }
}
