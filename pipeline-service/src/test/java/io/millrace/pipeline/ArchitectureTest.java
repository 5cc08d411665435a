package io.millrace.pipeline;

import io.millrace.common.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    @Test
    void followsTheLayeringRules() {
        ArchitectureRules.check("io.millrace.pipeline", ArchitectureRules.importMain("io.millrace.pipeline"));
    }
}
