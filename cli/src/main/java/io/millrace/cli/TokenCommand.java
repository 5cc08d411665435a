package io.millrace.cli;

import io.millrace.cli.client.Api;
import io.millrace.cli.platform.ServiceName;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "token", description = "Prints the administrator's token, or makes a new one with --role.")
final class TokenCommand implements Runnable {

    @Mixin
    private HomeOption home = new HomeOption();

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            split = ",",
            description = "Make a token with these roles: viewer, predictor, engineer, approver, admin.")
    private @Nullable List<String> roles;

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            split = ",",
            description = "Groups of the token's owner, for grants on experiments and models.")
    private List<String> groups = List.of();

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the new token (default: ${DEFAULT-VALUE}).")
    private String name = "cli";

    @Override
    public void run() {
        Api api = home.api();
        if (roles == null) {
            System.out.println(home.home().adminToken());
            return;
        }
        var created = api.post(
                ServiceName.REGISTRY, "/api/v1/tokens", Map.of("name", name, "roles", roles, "groups", groups));
        System.out.println(created.path("token").asText());
    }
}
