package io.millrace.serving.predictionlog;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jboss.logging.Logger;

/** Days of the prediction log: made ahead, dropped when they are old. Any replica may do it, at any time. */
@ApplicationScoped
class RetentionService {

    private static final Logger LOG = Logger.getLogger(RetentionService.class);
    private static final int AHEAD = 3;

    private final PartitionStore store;
    private final PredictionLogConfig config;
    private final Clock clock;

    RetentionService(PartitionStore store, PredictionLogConfig config, Clock clock) {
        this.store = store;
        this.config = config;
        this.clock = clock;
    }

    /** Makes the partitions of today and the next days, then drops those past {@code keep-days}. */
    void maintain() {
        LocalDate today = LocalDate.now(clock.withZone(ZoneOffset.UTC));
        for (int day = 0; day <= AHEAD; day++) {
            if (store.add(today.plusDays(day))) {
                LOG.infof("partition of predictions made day=%s", today.plusDays(day));
            }
        }
        if (config.keepDays() > 0) {
            LocalDate before = today.minusDays(config.keepDays());
            int dropped = store.drop(before);
            if (dropped > 0) {
                LOG.infof("partitions of predictions dropped before=%s count=%d", before, dropped);
            }
        }
    }
}
