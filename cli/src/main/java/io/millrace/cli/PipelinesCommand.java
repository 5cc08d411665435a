package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cli.client.Api;
import io.millrace.cli.platform.ServiceName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "pipelines", description = "Lists the pipelines with their last run and next scheduled instant.")
final class PipelinesCommand implements Runnable {

    private static final String LINE = "%-32s %-8s %-32s %-22s %s%n";

    @Mixin
    private HomeOption home = new HomeOption();

    @Override
    public void run() {
        Api api = home.api();
        System.out.printf(LINE, "PIPELINE", "REVISION", "MODEL", "LAST RUN", "NEXT");
        for (JsonNode pipeline : api.all(ServiceName.PIPELINE, "/api/v1/pipelines")) {
            String name = pipeline.path("name").asText();
            JsonNode runs = api.get(ServiceName.PIPELINE, "/api/v1/runs?pageSize=1&pipeline=" + Api.segment(name));
            JsonNode last = runs.path("items").path(0);
            String version = last.path("registeredVersion").isInt() ? " v" + last.path("registeredVersion") : "";
            System.out.printf(
                    LINE,
                    name,
                    pipeline.path("revision").asText(),
                    pipeline.path("model").asText(),
                    last.path("state").asText("never") + version,
                    pipeline.path("nextFireTimes").path(0).asText("-"));
        }
    }
}
