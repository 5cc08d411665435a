package io.millrace.registry.model;

import io.millrace.common.error.PlatformException;
import io.millrace.registry.artifact.ArtifactLocation;
import io.millrace.registry.artifact.ArtifactOwner;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an MLflow client names as the source of a version. Files of this machine are never one. */
sealed interface VersionSource {

    /** Files that this registry keeps. */
    record Stored(ArtifactLocation location) implements VersionSource {}

    /** Another version, {@code models:/name/7}. */
    record Version(String model, int version) implements VersionSource {}

    /** Somewhere else, such as {@code s3://…}; noted and not looked at. */
    record Elsewhere() implements VersionSource {}

    Pattern LOGGED_MODEL = Pattern.compile("models:/(m-[0-9a-f]{32})");
    Pattern VERSION = Pattern.compile("models:/([^/@]+)/(\\d{1,9})");
    Pattern RUN = Pattern.compile("runs:/([0-9a-f]{32})(?:/(.*))?");
    Pattern PROXY = Pattern.compile("mlflow-artifacts:(?://[^/]*)?/(.*)");
    Pattern SCHEME = Pattern.compile("(?s)(?!file:)[A-Za-z][A-Za-z0-9+.-]+:.*", Pattern.CASE_INSENSITIVE);
    int MAX_DECODINGS = 10;

    static VersionSource parse(String source) {
        if (!SCHEME.matcher(source).matches()) {
            throw refused(
                    source,
                    "To use a local path as a model version source, log the model to a run and name it as "
                            + "runs:/<run_id>/<path> or models:/<model_id>");
        }
        checkTraversal(source);
        Matcher model = LOGGED_MODEL.matcher(source);
        if (model.matches()) {
            return new Stored(new ArtifactLocation(ArtifactOwner.loggedModel(String.valueOf(model.group(1))), ""));
        }
        Matcher version = VERSION.matcher(source);
        if (version.matches()) {
            return new Version(String.valueOf(version.group(1)), Integer.parseInt(String.valueOf(version.group(2))));
        }
        Matcher run = RUN.matcher(source);
        if (run.matches()) {
            String path = run.group(2);
            return new Stored(
                    new ArtifactLocation(ArtifactOwner.run(String.valueOf(run.group(1))), path == null ? "" : path));
        }
        Matcher proxy = PROXY.matcher(source);
        if (proxy.matches()) {
            Optional<ArtifactLocation> location = ArtifactLocation.parse(String.valueOf(proxy.group(1)));
            if (location.isPresent()) {
                return new Stored(location.get());
            }
        }
        return new Elsewhere();
    }

    /** Decodes until nothing changes, so that no encoding hides a way out. */
    private static void checkTraversal(String source) {
        String decoded = source;
        for (int i = 0; i <= MAX_DECODINGS; i++) {
            if (decoded.indexOf('\0') >= 0 || decoded.matches("(?s)(.*[/\\\\])?\\.\\.([/\\\\].*)?")) {
                throw refused(
                        source,
                        "If supplying a source as an http, https, s3 or any other URI, it must not hold '..' or a NUL");
            }
            String next = decode(decoded, source);
            if (next.equals(decoded)) {
                return;
            }
            decoded = next;
        }
        throw refused(source, "It is encoded too often");
    }

    private static String decode(String text, String source) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw refused(source, "Its percent encoding is broken");
        }
    }

    private static PlatformException refused(String source, String why) {
        return PlatformException.invalid("/source", "Invalid model version source: '" + source + "'. " + why);
    }
}
