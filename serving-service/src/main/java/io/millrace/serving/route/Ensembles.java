package io.millrace.serving.route;

import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Rows;
import io.millrace.serving.ensemble.EnsembleModel;
import io.millrace.serving.model.ModelHandle;
import io.millrace.serving.model.VersionId;
import io.millrace.serving.policy.Ensemble;
import io.millrace.serving.policy.Ensemble.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Joins loaded models into one. Used once, by the thread of the refresh. */
final class Ensembles {

    private final List<ModelHandle> made = new ArrayList<>();

    /** What was made; the refresh lets go of those that no route took. */
    List<ModelHandle> made() {
        return made;
    }

    /**
     * The parts as one model: the one given when it is that, otherwise a new one, which uses its parts until it is closed.
     *
     * @param present what the arm is answered by now
     * @throws IllegalArgumentException saying why the parts do not go together
     */
    ModelHandle join(Ensemble ensemble, List<ModelHandle> parts, Optional<ModelHandle> present) {
        Kind kind = ensemble.parsed();
        if (kind == null) {
            throw new IllegalArgumentException("no such kind of ensemble: " + ensemble.kind());
        }
        List<VersionId> versions = parts.stream().map(ModelHandle::id).toList();
        String tag = EnsembleModel.describe(kind, ensemble.sure(), versions);
        if (present.isPresent() && present.get().tag().equals(tag)) {
            return present.get();
        }
        List<Function<Rows, Prediction>> models = new ArrayList<>();
        parts.forEach(part -> models.add(part::predict));
        EnsembleModel model = new EnsembleModel(
                kind,
                ensemble.sure(),
                models,
                parts.stream().map(ModelHandle::signature).toList(),
                parts.stream().anyMatch(ModelHandle::remote),
                () -> parts.forEach(ModelHandle::release));
        for (int i = 0; i < parts.size(); i++) {
            if (!parts.get(i).acquire()) {
                parts.subList(0, i).forEach(ModelHandle::release);
                throw new IllegalArgumentException("part " + parts.get(i).id() + " is closed");
            }
        }
        ModelHandle handle = ModelHandle.joined(parts.get(0).id(), tag, versions, model);
        made.add(handle);
        return handle;
    }
}
