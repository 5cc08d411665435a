package io.millrace.monitoring.window;

import io.millrace.common.error.PlatformException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Shows evaluated windows. */
@ApplicationScoped
class WindowQueryService {

    private final WindowQueryStore windows;

    WindowQueryService(WindowQueryStore windows) {
        this.windows = windows;
    }

    @Transactional
    List<WindowResponse> list(@Nullable String endpoint, @Nullable Instant before, @Nullable UUID beforeId, int limit) {
        return windows.list(endpoint, before, beforeId, limit);
    }

    @Transactional
    WindowResponse get(UUID id) {
        return windows.find(id)
                .orElseThrow(() -> PlatformException.notFound("window", id.toString()))
                .with(windows.results(id));
    }
}
