package io.millrace.registry.mlflow;

import static io.millrace.registry.mlflow.MlflowJson.present;
import static io.millrace.registry.mlflow.MlflowJson.required;

import io.millrace.common.auth.Roles;
import io.millrace.registry.artifact.ArtifactLocation;
import io.millrace.registry.artifact.ArtifactPath;
import io.millrace.registry.artifact.Upload;
import io.millrace.registry.artifact.UploadService;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * MLflow's upload in parts. The addresses for the parts are here as well: clients send no token of their own with a part, so
 * each address comes with the header that its caller used.
 */
@Path("/api/2.0/mlflow-artifacts")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.ENGINEER)
class MultipartUploadResource {

    private static final String PARTS = "api/2.0/mlflow-artifacts/parts/";

    private final UploadService uploads;
    private final MlflowJson json;
    private final SecurityIdentity caller;

    MultipartUploadResource(UploadService uploads, MlflowJson json, SecurityIdentity caller) {
        this.uploads = uploads;
        this.json = json;
        this.caller = caller;
    }

    record Create(@Nullable String path, @Nullable Integer numParts) {}

    record Credential(String url, int partNumber, Map<String, String> headers) {}

    record Created(String uploadId, List<Credential> credentials) {}

    record Part(
            @Nullable Integer partNumber,
            @Nullable String etag,
            @Nullable String url) {}

    record Complete(
            @Nullable String path,
            @Nullable String uploadId,
            @Nullable List<Part> parts) {}

    record Arrived(int partNumber, String etag, long size) {}

    record State(String uploadId, String state, int numParts, List<Arrived> parts) {}

    @POST
    @Path("mpu/create/{folder: .+}")
    public byte[] create(
            String folder,
            @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
            UriInfo uri,
            byte @Nullable [] body) {
        Create request = read(body, Create.class);
        ArtifactLocation file = file(folder, request.path());
        Upload upload = uploads.create(
                file.owner(),
                new ArtifactPath(file.path()),
                present("num_parts", request.numParts()),
                caller.getPrincipal().getName());
        Map<String, String> headers =
                authorization == null ? Map.of() : Map.of(HttpHeaders.AUTHORIZATION, authorization);
        String root = uri.getBaseUri().resolve("/") + PARTS + upload.uploadId() + "/";
        return json.write(new Created(
                upload.uploadId().toString(),
                IntStream.rangeClosed(1, upload.partCount())
                        .mapToObj(number -> new Credential(root + number, number, headers))
                        .toList()));
    }

    @PUT
    @Path("parts/{upload}/{number: \\d{1,5}}")
    public Response part(String upload, int number, InputStream content) {
        Upload.Part part = uploads.receive(upload, number, content);
        return Response.ok(new byte[] {'{', '}'})
                .header(HttpHeaders.ETAG, "\"" + part.sha256() + "\"")
                .build();
    }

    /** What has arrived, for a sender that goes on after a break. */
    @GET
    @Path("parts/{upload}")
    public byte[] state(String upload) {
        Upload known = uploads.get(upload);
        return json.write(new State(
                upload,
                known.state().name(),
                known.partCount(),
                known.parts().stream()
                        .map(p -> new Arrived(p.partNumber(), p.sha256(), p.sizeBytes()))
                        .toList()));
    }

    @POST
    @Path("mpu/complete/{folder: .+}")
    public byte[] complete(String folder, byte @Nullable [] body) {
        Complete request = read(body, Complete.class);
        ArtifactLocation file = file(folder, request.path());
        Map<Integer, String> etags = new HashMap<>();
        for (Part part : present("parts", request.parts())) {
            etags.put(present("parts.part_number", part.partNumber()), required("parts.etag", part.etag()));
        }
        uploads.complete(required("upload_id", request.uploadId()), file.owner(), new ArtifactPath(file.path()), etags);
        return json.write(Operation.EMPTY);
    }

    @POST
    @Path("mpu/abort/{folder: .+}")
    public byte[] abort(String folder, byte @Nullable [] body) {
        Complete request = read(body, Complete.class);
        ArtifactLocation file = file(folder, request.path());
        uploads.abort(required("upload_id", request.uploadId()), file.owner(), new ArtifactPath(file.path()));
        return json.write(Operation.EMPTY);
    }

    private <T> T read(byte @Nullable [] body, Class<T> shape) {
        return json.read(json.parse(body == null ? new byte[0] : body), shape);
    }

    /** The folder is in the address, and the last part of the path that the sender has on its own disk is the name. */
    private static ArtifactLocation file(String folder, @Nullable String path) {
        String local = required("path", path);
        String name = local.substring(Math.max(local.lastIndexOf('/'), local.lastIndexOf('\\')) + 1);
        return MlflowArtifactResource.location(folder + "/" + required("path", name));
    }
}
