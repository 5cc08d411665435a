package io.millrace.registry.artifact;

import io.millrace.common.error.PlatformException;
import io.millrace.registry.blob.Blob;
import io.millrace.registry.blob.BlobContent;
import io.millrace.registry.blob.BlobService;
import io.millrace.registry.loggedmodel.LoggedModelService;
import io.millrace.registry.run.RunService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Files of runs and logged models. */
@ApplicationScoped
public class ArtifactService {

    private final ArtifactStore artifacts;
    private final BlobService blobs;
    private final RunService runs;
    private final LoggedModelService models;

    ArtifactService(ArtifactStore artifacts, BlobService blobs, RunService runs, LoggedModelService models) {
        this.artifacts = artifacts;
        this.blobs = blobs;
        this.runs = runs;
        this.models = models;
    }

    /** Streams a file into the store; no transaction is open while the bytes come. {@link #link} makes it part of a run. */
    public Artifact receive(ArtifactPath path, InputStream content, @Nullable String expectedSha256) {
        Blob blob = blobs.receive(content, expectedSha256);
        return new Artifact(path.value(), blob.sha256(), blob.sizeBytes());
    }

    /** Makes a received file part of its owner, in place of one with the same path. */
    @Transactional
    public Artifact link(ArtifactOwner owner, Artifact artifact) {
        checkWritable(owner);
        artifacts.add(owner, artifact);
        return artifact;
    }

    /** Fails early when the owner cannot take files, before a large body is read. */
    @Transactional
    public void checkWritable(ArtifactOwner owner) {
        switch (owner.kind()) {
            case RUN -> runs.checkActive(owner.id());
            case LOGGED_MODEL -> models.checkWritable(owner.id());
        }
    }

    /** Files at or below a path; the empty path is the owner's root. */
    @Transactional
    public List<Artifact> list(ArtifactOwner owner, String path) {
        checkExists(owner);
        return artifacts.list(owner, path.isEmpty() ? "" : new ArtifactPath(path).value());
    }

    @Transactional
    public Artifact get(ArtifactOwner owner, ArtifactPath path) {
        checkExists(owner);
        return artifacts
                .find(owner, path.value())
                .orElseThrow(() -> PlatformException.notFound("artifact", owner.id() + "/" + path.value()));
    }

    /** Deletes the files at or below a path; none there is no error. */
    @Transactional
    public void delete(ArtifactOwner owner, ArtifactPath path) {
        checkWritable(owner);
        artifacts.delete(owner, path.value());
    }

    private void checkExists(ArtifactOwner owner) {
        switch (owner.kind()) {
            case RUN -> runs.checkExists(owner.id());
            case LOGGED_MODEL -> models.get(owner.id());
        }
    }

    /** The content of a known digest. */
    public BlobContent file(String sha256) {
        return blobs.content(sha256);
    }
}
