package io.millrace.pipeline.collection;

import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;

@ApplicationScoped
class CollectionJob {

    private final CollectionService collection;

    CollectionJob(CollectionService collection) {
        this.collection = collection;
    }

    /** Not right after the start, when runs are taken up again. */
    @Scheduled(
            every = "{millrace.pipeline.collection.every}",
            delayed = "10m",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            executeWith = Scheduled.SIMPLE)
    void collect() {
        collection.collect(false);
    }
}
