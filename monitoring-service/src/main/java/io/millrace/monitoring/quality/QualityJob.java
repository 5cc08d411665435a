package io.millrace.monitoring.quality;

import io.millrace.monitoring.monitor.Monitor;
import io.millrace.monitoring.monitor.MonitorService;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jboss.logging.Logger;

/** Measures windows again whose labels have come. */
@ApplicationScoped
class QualityJob {

    private static final Logger LOG = Logger.getLogger(QualityJob.class);
    private static final int PAGE = 100;

    private final MonitorService monitors;
    private final QualityService quality;

    QualityJob(MonitorService monitors, QualityService quality) {
        this.monitors = monitors;
        this.quality = quality;
    }

    @Scheduled(every = "{millrace.monitoring.quality.every}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void measure() {
        String after = "";
        List<Monitor> page;
        do {
            page = monitors.list(after, PAGE);
            for (Monitor monitor : page) {
                after = monitor.endpoint();
                try {
                    quality.measure(monitor);
                } catch (RuntimeException e) {
                    LOG.errorf(e, "quality not measured endpoint=%s", monitor.endpoint());
                }
            }
        } while (page.size() == PAGE);
    }
}
