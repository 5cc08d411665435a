package io.millrace.registry.purge;

import io.millrace.registry.audit.AuditService;
import io.millrace.registry.purge.PurgeStore.Versions;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;

/** Lets go for good what was deleted softly. */
@ApplicationScoped
class PurgeService {

    private static final Logger LOG = Logger.getLogger(PurgeService.class);
    private static final int MAX_RUNS = 10_000;

    private final PurgeStore store;
    private final AuditService audit;
    private final Clock clock;

    PurgeService(PurgeStore store, AuditService audit, Clock clock) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Purges what was deleted longer ago than {@code age}, at most 10,000 runs.
     *
     * @param dryRun does the same and takes it back, so that its counts are exact
     */
    @Transactional
    PurgeReport purge(Duration age, boolean dryRun) {
        Instant now = clock.instant();
        Instant before = now.minus(age);
        Versions versions = store.versions(before, now);
        int loggedModels = store.loggedModels(before);
        int runs = store.runs(before, MAX_RUNS);
        int experiments = store.experiments(before);
        PurgeReport report = new PurgeReport(
                dryRun,
                before,
                experiments,
                runs,
                loggedModels,
                versions.versions(),
                versions.files(),
                runs == MAX_RUNS);
        if (dryRun) {
            QuarkusTransaction.setRollbackOnly();
        } else if (experiments + runs + loggedModels + versions.versions() > 0) {
            audit.record("registry.purged", "registry", "purge", null, report);
            LOG.infof(
                    "purged experiments=%d runs=%d loggedModels=%d versions=%d files=%d",
                    experiments, runs, loggedModels, versions.versions(), versions.files());
        }
        return report;
    }
}
