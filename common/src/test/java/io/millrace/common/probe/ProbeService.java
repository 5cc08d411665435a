package io.millrace.common.probe;

import io.millrace.common.idempotency.IdempotencyService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts how often it was really called. */
@ApplicationScoped
public class ProbeService {

    private final ProbeStore store;
    private final IdempotencyService idempotency;
    private final AtomicInteger executions = new AtomicInteger();

    ProbeService(ProbeStore store, IdempotencyService idempotency) {
        this.store = store;
        this.idempotency = idempotency;
    }

    @Transactional
    public ProbeResponse once(@Nullable String key, ProbeRequest request) {
        return idempotency.once(
                "probe",
                key,
                request,
                ProbeResponse.class,
                () -> new ProbeResponse(request.name(), executions.incrementAndGet()));
    }

    public int one() {
        return store.one();
    }
}
