package io.millrace.serving.route;

import io.millrace.common.event.PgListener;
import io.millrace.serving.endpoint.EndpointChanged;
import io.millrace.serving.model.ModelSettled;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Refreshes the routes: every second, and at once when an alias or an endpoint changed or a model has been loaded. Many
 * hints while one refresh runs make one more refresh.
 */
@ApplicationScoped
class RouteRefreshJob {

    private static final Logger LOG = Logger.getLogger(RouteRefreshJob.class);

    private final RouteService routes;
    private final PgListener listener;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "route-refresh");
        made.setDaemon(true);
        return made;
    });
    private boolean failing;

    RouteRefreshJob(RouteService routes, PgListener listener) {
        this.routes = routes;
        this.listener = listener;
    }

    void start(@Observes StartupEvent event) {
        listener.onNotification(source -> {
            if (source.equals("registry") || source.equals("serving")) {
                wake();
            }
        });
        wake();
    }

    void endpointChanged(@Observes(during = TransactionPhase.AFTER_SUCCESS) EndpointChanged event) {
        wake();
    }

    void modelSettled(@Observes ModelSettled event) {
        wake();
    }

    @Scheduled(every = "${millrace.serving.route.every:1s}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void tick() {
        wake();
    }

    private void wake() {
        if (asked.compareAndSet(false, true)) {
            try {
                thread.execute(this::refresh);
            } catch (RejectedExecutionException e) {
                LOG.debug("routes are no longer refreshed: stopping");
            }
        }
    }

    private void refresh() {
        asked.set(false);
        try {
            routes.refresh();
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                LOG.warnf(e, "routes could not be refreshed, going on with those in memory");
            }
            failing = true;
        }
    }

    void stop(@Observes ShutdownEvent event) {
        thread.shutdownNow();
    }
}
