package io.millrace.registry.mlflow;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.millrace.registry.artifact.Artifact;
import io.millrace.registry.artifact.ArtifactLocation;
import io.millrace.registry.artifact.ArtifactPath;
import io.millrace.registry.artifact.ArtifactService;
import io.millrace.registry.artifact.Downloads;
import io.millrace.registry.mlflow.Wire.FileList;
import io.millrace.registry.mlflow.Wire.FileMessage;
import io.millrace.registry.model.VersionService;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * MLflow's artifact proxy: clients upload and download through it. Files of runs and logged models can be written; those of
 * a version, below {@code versions/<name>/<version>}, only read.
 */
@Path("/api/2.0/mlflow-artifacts")
@Produces(MediaType.APPLICATION_JSON)
class MlflowArtifactResource {

    static final String VERSIONS = "versions/";

    private static final byte[] EMPTY = {'{', '}'};
    private static final Pattern VERSION =
            Pattern.compile("versions/(?<name>[^/]+)/(?<version>\\d{1,9})(?:/(?<path>.*))?", Pattern.DOTALL);

    private final ArtifactService artifacts;
    private final VersionService versions;
    private final MlflowJson json;

    MlflowArtifactResource(ArtifactService artifacts, VersionService versions, MlflowJson json) {
        this.artifacts = artifacts;
        this.versions = versions;
        this.json = json;
    }

    @GET
    @Path("artifacts")
    @RolesAllowed(Roles.VIEWER)
    public byte[] list(@QueryParam("path") @DefaultValue("") String path) {
        String asked = Folders.plain(path);
        Matcher version = VERSION.matcher(asked);
        List<Artifact> files;
        String folder;
        if (version.matches()) {
            folder = checked(version.group("path"));
            files = versions.get(version.group("name"), Integer.parseInt(version.group("version")), false)
                    .files();
        } else {
            ArtifactLocation location = location(asked);
            folder = checked(location.path());
            files = artifacts.list(location.owner(), folder);
        }
        // Here, and only here, a path is the last part of it.
        List<FileMessage> children = Folders.children(files, folder).stream()
                .map(f -> new FileMessage(f.path().substring(f.path().lastIndexOf('/') + 1), f.isDir(), f.fileSize()))
                .toList();
        return json.write(new FileList(null, children, null));
    }

    private static String checked(@Nullable String path) {
        return path == null || path.isEmpty() ? "" : new ArtifactPath(path).value();
    }

    static ArtifactLocation location(String path) {
        return ArtifactLocation.parse(path)
                .orElseThrow(() -> PlatformException.invalid(
                        "/path",
                        "Invalid path: it must be <experiment>/<run>/artifacts/… or "
                                + "<experiment>/models/<logged model>/artifacts/…"));
    }

    @GET
    @Path("artifacts/{path: .+}")
    @Produces(MediaType.WILDCARD)
    @RolesAllowed(Roles.VIEWER)
    public Response get(String path, @HeaderParam("Range") @Nullable String range) {
        Matcher version = VERSION.matcher(path);
        Artifact file;
        if (version.matches()) {
            file = versions.file(
                    version.group("name"),
                    Integer.parseInt(version.group("version")),
                    new ArtifactPath(MlflowJson.text(version.group("path"))));
        } else {
            ArtifactLocation location = location(path);
            file = artifacts.get(location.owner(), new ArtifactPath(location.path()));
        }
        return Downloads.of(file, artifacts.file(file.sha256()), range);
    }

    @PUT
    @Path("artifacts/{path: .+}")
    @Consumes(MediaType.WILDCARD)
    @RolesAllowed(Roles.ENGINEER)
    public byte[] put(String path, InputStream content) {
        ArtifactLocation location = location(path);
        ArtifactPath file = new ArtifactPath(location.path());
        artifacts.checkWritable(location.owner());
        artifacts.link(location.owner(), artifacts.receive(file, content, null));
        return EMPTY.clone();
    }

    @DELETE
    @Path("artifacts/{path: .+}")
    @RolesAllowed(Roles.ENGINEER)
    public byte[] delete(String path) {
        ArtifactLocation location = location(path);
        artifacts.delete(location.owner(), new ArtifactPath(location.path()));
        return EMPTY.clone();
    }
}
