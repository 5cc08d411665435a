package io.millrace.monitoring.window;

import io.millrace.monitoring.monitor.Monitor;
import io.millrace.monitoring.monitor.MonitorService;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jboss.logging.Logger;

/** Step 5 of 10: closes the windows that are due. Running twice is harmless: a window has one row. */
@ApplicationScoped
public class WindowJob {

    private static final Logger LOG = Logger.getLogger(WindowJob.class);
    private static final int PAGE = 100;

    private final MonitorService monitors;
    private final WindowService windows;

    WindowJob(MonitorService monitors, WindowService windows) {
        this.monitors = monitors;
        this.windows = windows;
    }

    /** Closes what is due now; one endpoint's trouble does not hold up the others. */
    @Scheduled(every = "{millrace.monitoring.window.every}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    public void closeDue() {
        String after = "";
        List<Monitor> page;
        do {
            page = monitors.list(after, PAGE);
            for (Monitor monitor : page) {
                after = monitor.endpoint();
                try {
                    windows.due(monitor).forEach(due -> windows.close(monitor, due));
                } catch (RuntimeException e) {
                    LOG.errorf(e, "windows not closed endpoint=%s", monitor.endpoint());
                }
            }
        } while (page.size() == PAGE);
    }
}
