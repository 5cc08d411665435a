package io.millrace.registry.mlflow;

import static io.millrace.registry.mlflow.MlflowJson.required;
import static io.millrace.registry.mlflow.MlflowJson.text;

import io.millrace.common.auth.Roles;
import io.millrace.registry.artifact.ArtifactOwner;
import io.millrace.registry.artifact.ArtifactService;
import io.millrace.registry.loggedmodel.LoggedModelService;
import io.millrace.registry.mlflow.Wire.FileList;
import io.millrace.registry.run.RunService;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operations that list files. */
@ApplicationScoped
class ArtifactOperations implements MlflowOperations {

    private final ArtifactService artifacts;
    private final RunService runs;
    private final LoggedModelService models;

    ArtifactOperations(ArtifactService artifacts, RunService runs, LoggedModelService models) {
        this.artifacts = artifacts;
        this.runs = runs;
        this.models = models;
    }

    record OfRun(
            @Nullable String runId,
            @Nullable String runUuid,
            @Nullable String path) {}

    record OfModel(@Nullable String modelId, @Nullable String artifactDirectoryPath) {}

    @Override
    public List<Operation<?>> operations() {
        return List.of(
                new Operation<>("GET", "artifacts/list", Roles.VIEWER, OfRun.class, this::ofRun),
                new Operation<>(
                        "GET",
                        "logged-models/{model_id}/artifacts/directories",
                        Roles.VIEWER,
                        OfModel.class,
                        this::ofModel));
    }

    private Object ofRun(OfRun request) {
        String runId = RunOperations.id(request.runId(), request.runUuid());
        String root = Wire.location(runs.get(runId).artifactUri());
        return list(root, ArtifactOwner.run(runId), text(request.path()));
    }

    private Object ofModel(OfModel request) {
        String modelId = required("model_id", request.modelId());
        String root = Wire.artifactUri(models.get(modelId));
        return list(root, ArtifactOwner.loggedModel(modelId), text(request.artifactDirectoryPath()));
    }

    private FileList list(String root, ArtifactOwner owner, String path) {
        String plain = Folders.plain(path);
        String folder = plain.isEmpty() ? "" : MlflowWords.path(plain).value();
        return new FileList(root, Folders.children(artifacts.list(owner, folder), folder), null);
    }
}
