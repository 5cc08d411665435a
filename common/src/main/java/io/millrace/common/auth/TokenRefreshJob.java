package io.millrace.common.auth;

import io.millrace.common.error.PlatformException;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;

@ApplicationScoped
class TokenRefreshJob {

    private static final Logger LOG = Logger.getLogger(TokenRefreshJob.class);

    private final TokenSnapshot tokens;

    TokenRefreshJob(TokenSnapshot tokens) {
        this.tokens = tokens;
    }

    void start(@Observes StartupEvent event) {
        refresh();
    }

    @Scheduled(
            every = "{millrace.auth.refresh-every}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            executeWith = Scheduled.SIMPLE)
    void refresh() {
        try {
            tokens.refresh();
        } catch (PlatformException e) {
            LOG.warnf("tokens not refreshed reason=%s", e.getMessage());
        }
    }
}
