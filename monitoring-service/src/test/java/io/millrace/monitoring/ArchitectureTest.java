package io.millrace.monitoring;

import io.millrace.common.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    @Test
    void keepsTheLayeringRules() {
        ArchitectureRules.check("io.millrace.monitoring", ArchitectureRules.importMain("io.millrace.monitoring"));
    }
}
