package io.millrace.monitoring.monitor;

import io.millrace.monitoring.monitor.Monitor.DriftLimits;
import io.millrace.monitoring.monitor.Monitor.QualityLimit;
import io.millrace.monitoring.monitor.Monitor.RetrainMode;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The row of a monitor while it is changed. Lives within one transaction of {@link MonitorService} and never leaves it. */
@Entity
@Table(schema = "monitoring", name = "monitor")
@SuppressWarnings("NullAway.Init")
class SavedMonitor {

    @Id
    @Column(name = "endpoint")
    private String endpoint;

    @Column(name = "model")
    private String model;

    @Column(name = "pipeline")
    private @Nullable String pipeline;

    @Column(name = "window_seconds")
    private long windowSeconds;

    @Column(name = "lateness_seconds")
    private long latenessSeconds;

    @Column(name = "idle_seconds")
    private long idleSeconds;

    @Column(name = "min_rows")
    private int minRows;

    @Column(name = "psi_warn")
    private double psiWarn;

    @Column(name = "psi_fire")
    private double psiFire;

    @Column(name = "drift_share")
    private double driftShare;

    @Column(name = "ks_alpha")
    private double ksAlpha;

    @Column(name = "null_rate_fire")
    private double nullRateFire;

    @Column(name = "quality_metric")
    private @Nullable String qualityMetric;

    @Column(name = "quality_limit")
    private @Nullable Double qualityLimit;

    @Column(name = "retrain_mode")
    private String retrainMode;

    @Column(name = "cooldown_seconds")
    private long cooldownSeconds;

    @Column(name = "windows_to_fire")
    private int windowsToFire;

    @Column(name = "revision")
    private long revision;

    @Column(name = "updated_at")
    private Instant updatedAt;

    /** For Hibernate. */
    SavedMonitor() {}

    SavedMonitor(String endpoint) {
        this.endpoint = endpoint;
    }

    /** Takes over what was sent, as the next revision. */
    void take(Monitor m, Instant now) {
        model = m.model();
        pipeline = m.pipeline();
        windowSeconds = m.window().toSeconds();
        latenessSeconds = m.lateness().toSeconds();
        idleSeconds = m.idle().toSeconds();
        minRows = m.minRows();
        psiWarn = m.drift().psiWarn();
        psiFire = m.drift().psiFire();
        driftShare = m.drift().columnShare();
        ksAlpha = m.drift().ksAlpha();
        nullRateFire = m.drift().nullRate();
        QualityLimit quality = m.quality();
        qualityMetric = quality == null ? null : quality.metric();
        qualityLimit = quality == null ? null : quality.limit();
        retrainMode = m.retrainMode().name().toLowerCase(Locale.ROOT);
        cooldownSeconds = m.cooldown().toSeconds();
        windowsToFire = m.windowsToFire();
        revision++;
        updatedAt = now;
    }

    Monitor toMonitor() {
        return new Monitor(
                endpoint,
                model,
                pipeline,
                Duration.ofSeconds(windowSeconds),
                Duration.ofSeconds(latenessSeconds),
                Duration.ofSeconds(idleSeconds),
                minRows,
                new DriftLimits(psiWarn, psiFire, driftShare, ksAlpha, nullRateFire),
                qualityMetric == null || qualityLimit == null ? null : new QualityLimit(qualityMetric, qualityLimit),
                RetrainMode.valueOf(retrainMode.toUpperCase(Locale.ROOT)),
                Duration.ofSeconds(cooldownSeconds),
                windowsToFire,
                revision);
    }
}
