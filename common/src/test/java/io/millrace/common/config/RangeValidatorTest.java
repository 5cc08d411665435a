package io.millrace.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RangeValidatorTest {

    @ConfigMapping(prefix = "millrace.probe")
    interface ProbeConfig {

        @WithDefault("2")
        @Min(1)
        @Max(16)
        int writerCount();

        @WithDefault("0")
        @Min(0)
        long bytes();

        @WithDefault("0.5")
        @DecimalMin("0")
        @DecimalMax("1")
        @WithName("part")
        double share();

        @WithDefault("any")
        String name();
    }

    @ParameterizedTest
    @CsvSource({"writer-count,1", "writer-count,16", "bytes,9223372036854775807", "part,0", "part,1", "name,17"})
    void takesWhatLiesInTheRange(String name, String value) {
        assertThat(settings(Map.of("millrace.probe." + name, value)).name()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "writer-count; 0; millrace.probe.writer-count is 0, must be from 1 to 16",
                "writer-count; 17; millrace.probe.writer-count is 17, must be from 1 to 16",
                "bytes; -1; millrace.probe.bytes is -1, must be 0 at least",
                "part; 1.0001; millrace.probe.part is 1.0001, must be from 0 to 1",
            })
    void namesSettingValueAndRange(String name, String value, String message) {
        assertThatThrownBy(() -> settings(Map.of("millrace.probe." + name, value)))
                .isInstanceOf(ConfigValidationException.class)
                .hasMessageContaining(message);
    }

    @Test
    void namesAllThatAreWrong() {
        assertThatThrownBy(() -> settings(Map.of("millrace.probe.bytes", "-1", "millrace.probe.part", "2")))
                .hasMessageContaining("millrace.probe.bytes is -1")
                .hasMessageContaining("millrace.probe.part is 2");
    }

    private static ProbeConfig settings(Map<String, String> values) {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .addDiscoveredCustomizers()
                .withMapping(ProbeConfig.class)
                .withSources(new PropertiesConfigSource(values, "test", 100))
                .build();
        return config.getConfigMapping(ProbeConfig.class);
    }
}
