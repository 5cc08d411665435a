package io.millrace.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DemoNamesTest {

    private static final Path EXAMPLE = Path.of("../examples/flight-delays");

    @Test
    void theFirstTellingIsTheExampleAsItStands() throws Exception {
        String yaml = Files.readString(EXAMPLE.resolve("pipeline.yaml"));

        assertThat(new DemoNames(1).rename(yaml)).isEqualTo(yaml);
    }

    @Test
    void laterOnesChangeTheNamesAndNothingElse() throws Exception {
        String champion = new DemoNames(12).rename(Files.readString(EXAMPLE.resolve("pipeline.yaml")));
        String challenger = new DemoNames(12).rename(Files.readString(EXAMPLE.resolve("pipeline-challenger.yaml")));

        assertThat(champion)
                .contains("name: flight-delay-12\n", "{ model: flight-delay-12, formats", "endpoint: flight-delay-12\n")
                .contains("csv: flight-delays/flights.csv.gz");
        assertThat(challenger)
                .contains("name: flight-delay-challenger-12\n", "{ model: flight-delay-12, formats")
                .contains("endpoint: flight-delay-12\n", "alias: challenger\n");
        assertThat(champion.replace("-12", "")).isEqualTo(Files.readString(EXAMPLE.resolve("pipeline.yaml")));
        assertThat(challenger.replace("-12", ""))
                .isEqualTo(Files.readString(EXAMPLE.resolve("pipeline-challenger.yaml")));
    }
}
