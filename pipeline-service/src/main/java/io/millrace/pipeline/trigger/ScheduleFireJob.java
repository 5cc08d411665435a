package io.millrace.pipeline.trigger;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.pipeline.run.RunService;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.jboss.logging.Logger;
import org.quartz.Job;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;

/** Called by Quartz at a scheduled instant. Firing twice is harmless: the instant is the run's key. */
@ApplicationScoped
public class ScheduleFireJob implements Job {

    static final String PIPELINE = "pipeline";

    private static final Logger LOG = Logger.getLogger(ScheduleFireJob.class);

    private final RunService runs;

    ScheduleFireJob(RunService runs) {
        this.runs = runs;
    }

    @Override
    public void execute(JobExecutionContext context) throws JobExecutionException {
        String pipeline = context.getMergedJobDataMap().getString(PIPELINE);
        Instant scheduled = context.getScheduledFireTime().toInstant();
        String cause = "schedule:" + pipeline + "/" + scheduled;
        try {
            runs.queue(new RunService.Wish(pipeline, "schedule", cause, scheduled, cause, "scheduler"));
        } catch (PlatformException e) {
            if (e.code() == ErrorCode.CONFLICT) {
                LOG.infof("schedule skipped pipeline=%s instant=%s reason=busy", pipeline, scheduled);
                return;
            }
            throw new JobExecutionException(e);
        }
    }
}
