package io.millrace.serving.openinference;

import io.millrace.common.error.PlatformException;
import io.millrace.serving.route.Route;
import io.millrace.serving.route.ServedArm;

/** Finds the arm for a version as the protocol writes it. */
public final class Versions {

    private static final int MAX_DIGITS = 9;

    private Versions() {}

    public static ServedArm find(Route route, String version) {
        boolean number = !version.isEmpty()
                && version.length() <= MAX_DIGITS
                && version.chars().allMatch(digit -> digit >= '0' && digit <= '9');
        if (!number) {
            throw unknown(route, version);
        }
        return route.findVersion(Integer.parseInt(version)).orElseThrow(() -> unknown(route, version));
    }

    private static PlatformException unknown(Route route, String version) {
        return PlatformException.notFound("version of " + route.endpoint(), version);
    }
}
