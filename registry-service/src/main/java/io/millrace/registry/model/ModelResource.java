package io.millrace.registry.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.common.auth.Roles;
import io.millrace.common.dsse.Envelope;
import io.millrace.common.error.PlatformException;
import io.millrace.common.http.Page;
import io.millrace.common.http.PageToken;
import io.millrace.common.idempotency.IdempotencyService;
import io.millrace.registry.artifact.Artifact;
import io.millrace.registry.artifact.ArtifactPath;
import io.millrace.registry.artifact.ArtifactService;
import io.millrace.registry.artifact.Downloads;
import io.millrace.registry.policy.SignatureChanges;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/models")
class ModelResource {

    private final ModelService models;
    private final VersionService versions;
    private final StageService stages;
    private final AliasService aliases;
    private final ArtifactService artifacts;
    private final IdempotencyService idempotency;
    private final SecurityIdentity caller;
    private final Clock clock;

    ModelResource(
            ModelService models,
            VersionService versions,
            StageService stages,
            AliasService aliases,
            ArtifactService artifacts,
            IdempotencyService idempotency,
            SecurityIdentity caller,
            Clock clock) {
        this.models = models;
        this.versions = versions;
        this.stages = stages;
        this.aliases = aliases;
        this.artifacts = artifacts;
        this.idempotency = idempotency;
        this.caller = caller;
        this.clock = clock;
    }

    @GET
    @RolesAllowed(Roles.VIEWER)
    public Page<Model> list(
            @QueryParam("pageSize") @DefaultValue("100") int pageSize,
            @QueryParam("pageToken") @Nullable String pageToken) {
        String after = pageToken == null ? "" : PageToken.decode(pageToken, 1).get(0);
        return Page.of(models.list(after, Page.checkedSize(pageSize) + 1), pageSize, m -> List.of(m.name()));
    }

    @POST
    @ResponseStatus(201)
    @RolesAllowed(Roles.ENGINEER)
    public Model create(
            @HeaderParam(IdempotencyService.HEADER) @Nullable String key, @Nullable CreateModelRequest request) {
        if (request == null) {
            throw bodyMissing();
        }
        Map<String, String> tags = request.tags();
        return idempotency.once(
                "createModel",
                key,
                request,
                Model.class,
                () -> models.create(request.name(), request.description(), tags == null ? Map.of() : tags));
    }

    @GET
    @Path("{name}")
    @RolesAllowed(Roles.VIEWER)
    public Model get(String name) {
        return models.get(name);
    }

    /** Deletes softly, as MLflow's clients do. */
    @DELETE
    @Path("{name}")
    @RolesAllowed(Roles.ENGINEER)
    public void delete(String name) {
        models.delete(name, caller.getPrincipal().getName());
    }

    @POST
    @Path("{name}/restore")
    @RolesAllowed(Roles.ENGINEER)
    public Model restore(String name) {
        return models.restore(name, caller.getPrincipal().getName());
    }

    /** Deletes softly, as MLflow's clients do. */
    @DELETE
    @Path("{name}/versions/{version: \\d{1,9}}")
    @RolesAllowed(Roles.ENGINEER)
    public void deleteVersion(String name, int version) {
        versions.delete(name, version, caller.getPrincipal().getName());
    }

    @POST
    @Path("{name}/versions/{version: \\d{1,9}}/restore")
    @RolesAllowed(Roles.ENGINEER)
    public ModelVersion restoreVersion(String name, int version) {
        return versions.restore(name, version, caller.getPrincipal().getName());
    }

    @GET
    @Path("{name}/versions")
    @RolesAllowed(Roles.VIEWER)
    public Page<ModelVersion> versions(
            String name,
            @QueryParam("pageSize") @DefaultValue("100") int pageSize,
            @QueryParam("pageToken") @Nullable String pageToken) {
        int before = (int) Math.min(Integer.MAX_VALUE, PageToken.before(pageToken));
        List<ModelVersion> found = versions.list(name, before, Page.checkedSize(pageSize) + 1);
        return Page.of(found, pageSize, v -> List.of(Integer.toString(v.version())));
    }

    @POST
    @Path("{name}/versions")
    @ResponseStatus(201)
    @RolesAllowed(Roles.ENGINEER)
    public ModelVersion register(
            String name,
            @HeaderParam(IdempotencyService.HEADER) @Nullable String key,
            @Nullable CreateVersionRequest request) {
        if (request == null) {
            throw bodyMissing();
        }
        String actor = caller.getPrincipal().getName();
        return idempotency.once(
                "createVersion",
                key,
                List.of(name, request),
                ModelVersion.class,
                () -> versions.register(name, request, actor));
    }

    @GET
    @Path("{name}/versions/{version: \\d{1,9}}")
    @RolesAllowed(Roles.VIEWER)
    public ModelVersion version(String name, int version, @QueryParam("include") @DefaultValue("") String include) {
        return versions.get(name, version, include.equals("profile"));
    }

    @GET
    @Path("{name}/versions/{version: \\d{1,9}}/files/{path: .+}")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @RolesAllowed(Roles.VIEWER)
    public Response file(String name, int version, String path, @HeaderParam("Range") @Nullable String range) {
        Artifact file = versions.file(name, version, new ArtifactPath(path));
        return Downloads.of(file, artifacts.file(file.sha256()), range);
    }

    /** Where each alias points, or pointed at a time, with who put it there and why. */
    @GET
    @Path("{name}/aliases")
    @RolesAllowed(Roles.VIEWER)
    public Page<AliasChange> aliases(String name, @QueryParam("at") @Nullable String at) {
        return new Page<>(aliases.at(name, time(at)), null);
    }

    private Instant time(@Nullable String at) {
        try {
            return at == null ? clock.instant() : Instant.parse(at);
        } catch (DateTimeParseException e) {
            throw PlatformException.invalid("/at", "must be a time such as 2026-03-03T00:00:00Z");
        }
    }

    /** The stage of each version that is in one, or was at a time, with who put it there and why. */
    @GET
    @Path("{name}/stages")
    @RolesAllowed(Roles.VIEWER)
    public Page<StageChange> stagesAt(String name, @QueryParam("at") @Nullable String at) {
        return new Page<>(stages.stagesAt(name, time(at)), null);
    }

    @PUT
    @Path("{name}/versions/{version: \\d{1,9}}/stage")
    @RolesAllowed(Roles.ENGINEER)
    public ModelVersion moveStage(String name, int version, @Nullable MoveStageRequest request) {
        if (request == null) {
            throw bodyMissing();
        }
        String stage = request.stage();
        if (stage == null) {
            throw PlatformException.invalid("/stage", "is required");
        }
        String reason = request.reason();
        return stages.transition(
                name,
                version,
                Stage.of(stage),
                Boolean.TRUE.equals(request.archiveOthers()),
                reason == null ? "" : reason,
                caller.getPrincipal().getName());
    }

    /** The signed list of the version's files. */
    @GET
    @Path("{name}/versions/{version: \\d{1,9}}/manifest")
    @RolesAllowed(Roles.VIEWER)
    public Envelope manifest(String name, int version) {
        return versions.manifest(name, version);
    }

    @GET
    @Path("{name}/versions/{version: \\d{1,9}}/stages")
    @RolesAllowed(Roles.VIEWER)
    public Page<StageChange> stages(String name, int version) {
        return new Page<>(stages.stages(name, version), null);
    }

    /** What changed between the signatures of two versions, for clients of the one and of the other. */
    @GET
    @Path("{name}/versions/{version: \\d{1,9}}/signature-changes")
    @RolesAllowed(Roles.VIEWER)
    public SignatureChanges signatureChanges(String name, int version, @QueryParam("since") @Nullable Integer since) {
        if (since == null) {
            throw PlatformException.invalid("/since", "is required: the older version");
        }
        return SignatureChanges.between(
                versions.get(name, since, false).signature(),
                versions.get(name, version, false).signature());
    }

    @PUT
    @Path("{name}/aliases/{alias}")
    @RolesAllowed(Roles.ENGINEER)
    public Alias move(
            String name,
            String alias,
            @HeaderParam(IdempotencyService.HEADER) @Nullable String key,
            @Nullable MoveAliasRequest request) {
        if (request == null) {
            throw bodyMissing();
        }
        if (request.version() == null) {
            throw PlatformException.invalid("/version", "is required");
        }
        return apply(name, alias, key, request);
    }

    @DELETE
    @Path("{name}/aliases/{alias}")
    @RolesAllowed(Roles.ENGINEER)
    public Alias remove(
            String name,
            String alias,
            @HeaderParam(IdempotencyService.HEADER) @Nullable String key,
            @QueryParam("reason") @DefaultValue("removed") String reason) {
        return apply(name, alias, key, new MoveAliasRequest(null, reason, null, null));
    }

    private Alias apply(String name, String alias, @Nullable String key, MoveAliasRequest request) {
        String actor = caller.getPrincipal().getName();
        JsonNode expected = request.expectedVersion();
        String reason = request.reason();
        String cause = request.causedBy();
        AliasService.Move move = new AliasService.Move(
                name,
                alias,
                request.version(),
                expected != null,
                expected == null || expected.isNull() ? null : expected.asInt(),
                actor,
                reason == null ? "" : reason,
                cause == null ? "user:" + actor : cause);
        return idempotency.once("moveAlias", key, List.of(name, alias, request), Alias.class, () -> aliases.move(move));
    }

    @GET
    @Path("{name}/aliases/{alias}/history")
    @RolesAllowed(Roles.VIEWER)
    public Page<AliasChange> history(
            String name,
            String alias,
            @QueryParam("pageSize") @DefaultValue("100") int pageSize,
            @QueryParam("pageToken") @Nullable String pageToken) {
        long before = PageToken.before(pageToken);
        List<AliasChange> found = aliases.history(name, alias, before, Page.checkedSize(pageSize) + 1);
        return Page.of(found, pageSize, c -> List.of(Long.toString(c.revision())));
    }

    private static PlatformException bodyMissing() {
        return PlatformException.invalid("", "a JSON body is required");
    }
}
