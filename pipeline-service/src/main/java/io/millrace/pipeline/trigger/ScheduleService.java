package io.millrace.pipeline.trigger;

import io.millrace.pipeline.definition.Cron;
import io.millrace.pipeline.definition.DefinitionSaved;
import io.millrace.pipeline.definition.PipelineSpec.Schedule;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TimeZone;
import org.jboss.logging.Logger;
import org.quartz.CronScheduleBuilder;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;

/** Gives Quartz the schedules of the latest revision of each pipeline. Quartz keeps them in the store, for all replicas. */
@ApplicationScoped
public class ScheduleService {

    private static final Logger LOG = Logger.getLogger(ScheduleService.class);
    private static final String GROUP = "pipeline";

    private final Scheduler scheduler;

    ScheduleService(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** In the transaction of the save: a pipeline and its schedules are kept together or not at all. */
    void follow(@Observes DefinitionSaved saved) {
        JobKey key = new JobKey(saved.pipeline(), GROUP);
        try {
            List<Schedule> schedules = saved.spec().schedules();
            if (schedules.isEmpty()) {
                scheduler.deleteJob(key);
                return;
            }
            JobDetail job = JobBuilder.newJob(ScheduleFireJob.class)
                    .withIdentity(key)
                    .usingJobData(ScheduleFireJob.PIPELINE, saved.pipeline())
                    .storeDurably()
                    .requestRecovery()
                    .build();
            Set<Trigger> triggers = new HashSet<>();
            for (int i = 0; i < schedules.size(); i++) {
                triggers.add(trigger(saved.pipeline(), i, schedules.get(i), job));
            }
            scheduler.deleteJob(key);
            scheduler.scheduleJob(job, triggers, true);
            LOG.infof("schedules set pipeline=%s count=%d", saved.pipeline(), triggers.size());
        } catch (SchedulerException e) {
            throw new IllegalStateException("the schedules of " + saved.pipeline() + " could not be kept", e);
        }
    }

    private static Trigger trigger(String pipeline, int number, Schedule schedule, JobDetail job) {
        CronScheduleBuilder cron = CronScheduleBuilder.cronSchedule(Cron.quartz(schedule.cron()))
                .inTimeZone(TimeZone.getTimeZone(ZoneId.of(schedule.zone())));
        return TriggerBuilder.newTrigger()
                .withIdentity(pipeline + "-" + number, GROUP)
                .forJob(job)
                .usingJobData(ScheduleFireJob.CRON, schedule.cron())
                .usingJobData(ScheduleFireJob.ZONE, schedule.zone())
                .withSchedule(
                        schedule.catchUpLatest()
                                ? cron.withMisfireHandlingInstructionFireAndProceed()
                                : cron.withMisfireHandlingInstructionDoNothing())
                .build();
    }
}
