package io.millrace.registry.promotion;

import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;

@ApplicationScoped
class PromotionExpiryJob {

    private final PromotionService promotions;

    PromotionExpiryJob(PromotionService promotions) {
        this.promotions = promotions;
    }

    @Scheduled(every = "1m", delayed = "10s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void expire() {
        promotions.expire();
    }
}
