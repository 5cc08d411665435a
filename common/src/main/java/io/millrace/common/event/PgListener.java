package io.millrace.common.event;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Listens for notifications that some service appended events. A notification is a hint only: whoever registers here must
 * look by itself every few seconds too, because those sent while the connection was lost never come.
 */
@ApplicationScoped
public class PgListener {

    private static final Logger LOG = Logger.getLogger(PgListener.class);
    private static final long RETRY_MS = 1000;

    private final ListenStore store;
    private final List<Consumer<String>> callbacks = new CopyOnWriteArrayList<>();
    private volatile boolean running;
    private @Nullable Thread thread;

    PgListener(ListenStore store) {
        this.store = store;
    }

    /** Calls back with the name of the service that has new events. Must return at once. */
    public void onNotification(Consumer<String> callback) {
        callbacks.add(callback);
    }

    void start(@Observes StartupEvent event) {
        store.address();
        running = true;
        Thread started = new Thread(this::run, "millrace-listen");
        started.setDaemon(true);
        started.start();
        thread = started;
    }

    void stop(@Observes ShutdownEvent event) {
        running = false;
        Thread stopping = thread;
        if (stopping != null) {
            stopping.interrupt();
        }
    }

    private void run() {
        while (running) {
            try {
                store.listen(() -> running, source -> callbacks.forEach(callback -> callback.accept(source)));
            } catch (RuntimeException e) {
                if (running) {
                    LOG.warnf("notifications lost, connecting again reason=%s", e.getMessage());
                }
            }
            try {
                Thread.sleep(RETRY_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
