package io.millrace.monitoring.window;

import io.millrace.monitoring.alert.Alert;
import io.millrace.monitoring.alert.Alert.Subject;
import io.millrace.monitoring.alert.AlertKind;
import io.millrace.monitoring.alert.AlertService;
import io.millrace.monitoring.drift.CurrentProfile;
import io.millrace.monitoring.drift.DriftEvaluation;
import io.millrace.monitoring.drift.DriftReport;
import io.millrace.monitoring.drift.WindowState;
import io.millrace.monitoring.monitor.Monitor;
import io.millrace.monitoring.retraining.RetrainingService;
import io.millrace.monitoring.window.WindowStore.Due;
import io.millrace.monitoring.window.WindowStore.Extent;
import io.millrace.statistics.drift.Profile;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Closes windows: compares what came with what the version learned from, and lets the result fire or resolve. */
@ApplicationScoped
public class WindowService {

    private static final Logger LOG = Logger.getLogger(WindowService.class);

    private final WindowStore windows;
    private final AlertService alerts;
    private final RetrainingService retraining;
    private final WindowConfig config;
    private final Clock clock;

    WindowService(
            WindowStore windows, AlertService alerts, RetrainingService retraining, WindowConfig config, Clock clock) {
        this.windows = windows;
        this.alerts = alerts;
        this.retraining = retraining;
        this.config = config;
        this.clock = clock;
    }

    /** Windows of the monitored endpoint that may be closed now, oldest first. */
    @Transactional
    List<Due> due(Monitor monitor) {
        Instant now = clock.instant();
        Optional<Instant> watermark = windows.watermark(monitor.endpoint(), now.minus(config.settle()));
        if (watermark.isEmpty()) {
            return List.of();
        }
        Instant complete = watermark.get().minus(monitor.lateness());
        Instant byWallClock = now.minus(monitor.lateness()).minus(monitor.idle());
        if (byWallClock.isAfter(complete) && windows.quietSince(monitor.endpoint(), now.minus(monitor.idle()))) {
            complete = byWallClock;
        }
        // The window that holds the last complete instant is still open.
        return windows.due(
                monitor, Window.containing(complete, monitor.window()).start());
    }

    /**
     * Evaluates one window in one transaction: its measures, the alert it opens or resolves and the retraining that the
     * alert asks for are stored together or not at all. A window that another replica evaluated first changes nothing.
     */
    @Transactional
    void close(Monitor monitor, Due due) {
        Extent extent = windows.extent(monitor.endpoint(), due);
        Optional<Profile> reference = windows.reference(due.model(), due.version());
        CurrentProfile current = new CurrentProfile(reference.orElse(null));
        windows.forEachRow(monitor.endpoint(), due, current::add);
        Profile profile = current.build();
        DriftReport report = reference
                .map(r -> extent.rows() < monitor.minRows()
                        ? DriftReport.undecided(WindowState.INSUFFICIENT)
                        : DriftEvaluation.compare(r, profile, monitor.drift()))
                .orElseGet(() -> DriftReport.undecided(WindowState.NO_REFERENCE));
        ClosedWindow window = new ClosedWindow(
                UUID.randomUUID(),
                monitor.endpoint(),
                due.model(),
                due.version(),
                due.window(),
                extent.rows(),
                extent.labels(),
                report.state(),
                extent.first(),
                extent.last(),
                clock.instant(),
                report);
        if (!windows.add(window, profile)) {
            return;
        }
        LOG.infof(
                "window closed window=%s endpoint=%s model=%s version=%d start=%s rows=%d state=%s share=%.3f",
                window.id(),
                window.endpoint(),
                window.model(),
                window.version(),
                due.window().start(),
                window.rows(),
                window.state().wire(),
                report.share());
        decide(monitor, window);
    }

    private void decide(Monitor monitor, ClosedWindow window) {
        switch (window.state()) {
            case INSUFFICIENT, NO_REFERENCE -> {
                // Neither opens nor resolves: too little is known.
            }
            case OK, WARNING, DRIFTED -> {
                boolean nulls = nulls(window);
                predictionDrift(window);
                drift(monitor, window, nulls);
            }
        }
    }

    private boolean nulls(ClosedWindow window) {
        List<String> columns = window.report().nullColumns();
        if (columns.isEmpty()) {
            alerts.resolve(subject(window, AlertKind.NULLS), "nulls are back to normal", cause(window));
            return false;
        }
        String summary = "Missing values in " + String.join(", ", columns) + " of " + name(window);
        alerts.fire(subject(window, AlertKind.NULLS), "critical", summary, Map.of("columns", columns), cause(window));
        return true;
    }

    private void predictionDrift(ClosedWindow window) {
        Subject subject = subject(window, AlertKind.PREDICTION_DRIFT);
        if (window.report().predictionDrifted()) {
            String summary = "Scores of " + name(window) + " are no longer distributed as at training";
            alerts.fire(
                    subject, "warning", summary, Map.of("windowId", window.id().toString()), cause(window));
        } else {
            alerts.resolve(subject, "scores are back to normal", cause(window));
        }
    }

    private void drift(Monitor monitor, ClosedWindow window, boolean nulls) {
        Subject subject = subject(window, AlertKind.DRIFT);
        if (window.state() != WindowState.DRIFTED) {
            alerts.resolve(subject, "a later window has not drifted", cause(window));
            return;
        }
        List<WindowState> last =
                windows.lastStates(window.endpoint(), window.model(), window.version(), monitor.windowsToFire());
        boolean inARow =
                last.size() == monitor.windowsToFire() && last.stream().allMatch(state -> state == WindowState.DRIFTED);
        if (!inARow) {
            return;
        }
        DriftReport report = window.report();
        String summary = String.format(
                Locale.ROOT,
                "%d of %d columns of %s have drifted: %s",
                report.driftedColumns().size(),
                report.comparedColumns(),
                name(window),
                report.driftedColumns().stream().limit(5).collect(Collectors.joining(", ")));
        Map<String, Object> detail = Map.of(
                "windowId", window.id().toString(),
                "windowStart", window.window().start().toString(),
                "windowEnd", window.window().end().toString(),
                "columns", report.driftedColumns(),
                "share", report.share(),
                "limit", monitor.drift().columnShare());
        Alert alert = alerts.fire(subject, "critical", summary, detail, cause(window));
        if (nulls) {
            // A column that stopped arriving looks like drift; a new model would only learn the fault.
            LOG.infof("retraining held back alert=%s reason=nulls", alert.id());
            return;
        }
        retraining.request(monitor, alert, window.window().end());
    }

    private static Subject subject(ClosedWindow w, AlertKind kind) {
        return new Subject(w.endpoint(), w.model(), w.version(), kind);
    }

    private static String cause(ClosedWindow w) {
        return "window:" + w.id();
    }

    private static String name(ClosedWindow w) {
        return w.model() + " version " + w.version();
    }
}
