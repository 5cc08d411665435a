package io.millrace.serving;

import io.millrace.common.testing.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    @Test
    void followsTheLayeringRules() {
        ArchitectureRules.check("io.millrace.serving", ArchitectureRules.importMain("io.millrace.serving"));
    }
}
