package io.millrace.monitoring.monitor;

import io.millrace.monitoring.monitor.Monitor.QualityLimit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A monitor as it is answered: the request with every default filled in. */
record MonitorResponse(
        String endpoint,
        String model,
        @Nullable String pipeline,
        String window,
        String lateness,
        String idle,
        int minRows,
        Psi psi,
        double driftShare,
        double ksAlpha,
        double nullRate,
        @Nullable QualityLimit quality,
        Retrain retrain,
        int windowsToFire,
        long revision) {

    record Psi(double warn, double fire) {}

    record Retrain(String mode, String cooldown) {}

    static MonitorResponse of(Monitor m) {
        return new MonitorResponse(
                m.endpoint(),
                m.model(),
                m.pipeline(),
                m.window().toString(),
                m.lateness().toString(),
                m.idle().toString(),
                m.minRows(),
                new Psi(m.drift().psiWarn(), m.drift().psiFire()),
                m.drift().columnShare(),
                m.drift().ksAlpha(),
                m.drift().nullRate(),
                m.quality(),
                new Retrain(
                        m.retrainMode().name().toLowerCase(Locale.ROOT),
                        m.cooldown().toString()),
                m.windowsToFire(),
                m.revision());
    }
}
