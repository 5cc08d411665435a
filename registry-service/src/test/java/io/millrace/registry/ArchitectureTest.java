package io.millrace.registry;

import io.millrace.common.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    @Test
    void keepsTheLayeringRules() {
        ArchitectureRules.check("io.millrace.registry", ArchitectureRules.importMain("io.millrace.registry"));
    }
}
