package io.millrace.pipeline.trigger;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.pipeline.definition.Cron;
import io.millrace.pipeline.run.RunService;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.jboss.logging.Logger;
import org.quartz.Job;
import org.quartz.JobDataMap;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;

/**
 * Called by Quartz at a scheduled instant. Firing twice is harmless: the instant is the run's key. Quartz tells a missed
 * instant it makes up for as "now", so the instant is worked out from the schedule itself.
 */
@ApplicationScoped
public class ScheduleFireJob implements Job {

    static final String PIPELINE = "pipeline";
    static final String CRON = "cron";
    static final String ZONE = "zone";

    private static final Logger LOG = Logger.getLogger(ScheduleFireJob.class);
    private static final int ATTEMPTS = 10;
    private static final long PAUSE_MS = 1000;

    private final RunService runs;

    ScheduleFireJob(RunService runs) {
        this.runs = runs;
    }

    @Override
    public void execute(JobExecutionContext context) throws JobExecutionException {
        JobDataMap data = context.getMergedJobDataMap();
        fire(
                data.getString(PIPELINE),
                data.getString(CRON),
                data.getString(ZONE),
                context.getScheduledFireTime().toInstant(),
                context.getRefireCount());
    }

    void fire(String pipeline, String cron, String zone, Instant fireTime, int refires) throws JobExecutionException {
        Instant scheduled = Cron.latest(cron, zone, fireTime).orElse(fireTime);
        String cause = "schedule:" + pipeline + "/" + scheduled;
        try {
            runs.queue(new RunService.Wish(pipeline, RunService.SCHEDULE, cause, scheduled, cause, "scheduler"));
        } catch (PlatformException e) {
            if (e.code() == ErrorCode.CONFLICT) {
                LOG.infof("schedule skipped pipeline=%s instant=%s reason=busy", pipeline, scheduled);
            } else if (e.code().temporary() && refires < ATTEMPTS) {
                LOG.warnf("schedule tried again pipeline=%s instant=%s reason=%s", pipeline, scheduled, e.getMessage());
                pause();
                throw new JobExecutionException(e, true);
            } else {
                throw new JobExecutionException(e);
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
