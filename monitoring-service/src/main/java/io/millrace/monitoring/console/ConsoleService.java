package io.millrace.monitoring.console;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;

/** Gathers what the operator's page shows. */
@ApplicationScoped
class ConsoleService {

    private final ConsoleStore store;

    ConsoleService(ConsoleStore store) {
        this.store = store;
    }

    @Transactional
    JsonNode overview() {
        return store.overview();
    }
}
