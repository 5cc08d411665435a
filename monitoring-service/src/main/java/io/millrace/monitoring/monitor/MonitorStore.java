package io.millrace.monitoring.monitor;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

@ApplicationScoped
class MonitorStore implements PanacheRepositoryBase<SavedMonitor, String> {

    private static final String LOCK = "select 1 from pg_advisory_xact_lock(hashtext('monitor/' || cast(?1 as text)))";

    /** Saves of one monitor follow each other, the first as well; the lock ends with the transaction. */
    void lock(String endpoint) {
        getEntityManager().createNativeQuery(LOCK).setParameter(1, endpoint).getSingleResult();
    }

    /** Monitors after {@code afterEndpoint} by name, at most {@code limit}. */
    List<SavedMonitor> listAfter(String afterEndpoint, int limit) {
        return find("endpoint > ?1 order by endpoint", afterEndpoint)
                .page(0, limit)
                .list();
    }
}
