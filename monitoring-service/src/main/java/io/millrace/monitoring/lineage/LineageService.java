package io.millrace.monitoring.lineage;

import io.millrace.common.error.PlatformException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;

/** Answers why something is as it is. */
@ApplicationScoped
public class LineageService {

    private final LineageStore lineage;

    LineageService(LineageStore lineage) {
        this.lineage = lineage;
    }

    /** The chain of causes of {@code kind:id}, the effect first. */
    @Transactional
    CauseResponse causes(String kind, String id) {
        List<CauseResponse.Node> nodes = lineage.causes(kind + ":" + id);
        if (nodes.isEmpty()) {
            throw PlatformException.notFound(kind, id);
        }
        return new CauseResponse(nodes);
    }

    /** The chain of causes of the newest promotion to a version; of the version itself if it was never promoted. */
    @Transactional
    CauseResponse why(String model, int version) {
        List<CauseResponse.Node> nodes = lineage.causes(lineage.nodeOfVersion(model, version));
        if (nodes.isEmpty()) {
            throw PlatformException.notFound("model version", model + "/" + version);
        }
        return new CauseResponse(nodes);
    }
}
