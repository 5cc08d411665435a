package io.millrace.registry.artifact;

import io.millrace.common.error.PlatformException;
import io.millrace.registry.run.RunService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Files of runs. */
@ApplicationScoped
public class ArtifactService {

    private final ArtifactStore artifacts;
    private final BlobFiles blobs;
    private final RunService runs;

    ArtifactService(ArtifactStore artifacts, BlobFiles blobs, RunService runs) {
        this.artifacts = artifacts;
        this.blobs = blobs;
        this.runs = runs;
    }

    /** Streams a file to disk; no transaction is open while the bytes come. {@link #link} makes it part of a run. */
    public Artifact receive(ArtifactPath path, InputStream content, @Nullable String expectedSha256) {
        BlobFiles.Blob blob = blobs.store(content, expectedSha256);
        return new Artifact(path.value(), blob.sha256(), blob.sizeBytes());
    }

    /** Makes a received file part of a run, in place of one with the same path. */
    @Transactional
    public Artifact link(String runId, Artifact artifact) {
        runs.getActive(runId);
        artifacts.add(runId, artifact);
        return artifact;
    }

    /** Fails early when the run cannot take files, before a large body is read. */
    @Transactional
    public void checkWritable(String runId) {
        runs.getActive(runId);
    }

    /** Files at or below a path of a run; the empty path is its root. */
    @Transactional
    public List<Artifact> list(String runId, String path) {
        runs.get(runId);
        return artifacts.list(runId, path.isEmpty() ? "" : new ArtifactPath(path).value());
    }

    @Transactional
    public Artifact get(String runId, ArtifactPath path) {
        return artifacts
                .find(runId, path.value())
                .orElseThrow(() -> PlatformException.notFound("artifact", runId + "/" + path.value()));
    }

    /** Where the content of a known digest lies on this machine. */
    public Path file(String sha256) {
        return blobs.path(sha256);
    }
}
