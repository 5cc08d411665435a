package io.millrace.pipeline.collection;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.pipeline.run.RunService;
import io.millrace.pipeline.step.ArtifactFiles;
import io.millrace.pipeline.step.ArtifactFiles.Sweep;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jboss.logging.Logger;

/** Keeps the step files of open runs, of registered versions and of the cache; what else is old enough goes. */
@ApplicationScoped
class CollectionService {

    private static final Logger LOG = Logger.getLogger(CollectionService.class);
    private static final Duration SHORTEST_KEEP = Duration.ofDays(1);

    private final RunService runs;
    private final ArtifactFiles files;
    private final CollectionConfig config;
    private final Clock clock;
    private final MeterRegistry meters;

    CollectionService(
            RunService runs, ArtifactFiles files, CollectionConfig config, Clock clock, MeterRegistry meters) {
        if (config.keep().compareTo(SHORTEST_KEEP) < 0) {
            throw new IllegalArgumentException(
                    "millrace.pipeline.collection.keep is " + config.keep() + ", it must be at least P1D");
        }
        this.runs = runs;
        this.files = files;
        this.config = config;
        this.clock = clock;
        this.meters = meters;
    }

    Sweep collect(boolean dryRun) {
        Instant now = clock.instant();
        Set<String> needed = runs.filesInUse(now.minus(config.cache()));
        Sweep sweep = files.sweep(needed, now.minus(config.keep()), dryRun);
        if (!dryRun) {
            meters.counter("millrace.pipeline.files.collected").increment(sweep.files());
        }
        LOG.infof(
                "step files collected dryRun=%s files=%d bytes=%d kept=%d",
                dryRun, sweep.files(), sweep.bytes(), sweep.kept());
        return sweep;
    }
}
