package io.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.cli.client.Api;
import io.millrace.cli.platform.ServiceName;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "models", description = "Lists the models with their newest version and their aliases.")
final class ModelsCommand implements Runnable {

    private static final String LINE = "%-32s %-8s %s%n";

    @Mixin
    private HomeOption home = new HomeOption();

    @Override
    public void run() {
        Api api = home.api();
        System.out.printf(LINE, "MODEL", "NEWEST", "ALIASES");
        for (JsonNode model : api.all(ServiceName.REGISTRY, "/api/v1/models")) {
            String name = model.path("name").asText();
            String path = "/api/v1/models/" + Api.segment(name);
            JsonNode versions = api.get(ServiceName.REGISTRY, path + "/versions?pageSize=1");
            String newest = versions.path("items").path(0).path("version").asText("");
            List<String> aliases = new ArrayList<>();
            for (JsonNode alias :
                    api.get(ServiceName.REGISTRY, path + "/aliases").path("items")) {
                if (alias.path("toVersion").isInt()) {
                    aliases.add(alias.path("alias").asText() + "=v" + alias.path("toVersion"));
                }
            }
            System.out.printf(LINE, name, newest.isEmpty() ? "-" : "v" + newest, String.join(" ", aliases));
        }
    }
}
