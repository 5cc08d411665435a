package io.millrace.registry.artifact;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a location below MLflow's artifact root points: {@code <experiment>/<run>/artifacts/<path>} or
 * {@code <experiment>/models/<logged model>/artifacts/<path>}, also below an experiment's own location.
 *
 * @param path below the owner's root, empty for the root itself; not checked yet
 */
public record ArtifactLocation(ArtifactOwner owner, String path) {

    private static final Pattern FORM = Pattern.compile(
            "(?:[^/]+/)*?(?:(?<run>[0-9a-f]{32})|(?<model>m-[0-9a-f]{32}))/artifacts(?:/(?<path>.*))?", Pattern.DOTALL);

    /** Reads a location; none when it is in neither form. */
    public static Optional<ArtifactLocation> parse(String location) {
        Matcher form = FORM.matcher(location);
        if (!form.matches()) {
            return Optional.empty();
        }
        String run = form.group("run");
        String path = form.group("path");
        ArtifactOwner owner =
                run == null ? ArtifactOwner.loggedModel(String.valueOf(form.group("model"))) : ArtifactOwner.run(run);
        return Optional.of(new ArtifactLocation(owner, path == null ? "" : path.replaceAll("/+$", "")));
    }
}
