package io.millrace.cli;

import io.millrace.cli.client.Api;
import io.millrace.cli.platform.LocalPlatform;
import io.millrace.cli.platform.PlatformException;
import io.millrace.cli.platform.PlatformHome;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the platform of a command keeps its state. */
final class HomeOption {

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "Folder that holds the platform's state (default: .millrace beside the launcher).")
    private @Nullable Path home;

    static Path installation() {
        return Path.of(System.getProperty("millrace.installation", "."));
    }

    PlatformHome home() {
        return new PlatformHome(home == null ? installation().resolve(".millrace") : home);
    }

    LocalPlatform platform() {
        return new LocalPlatform(home(), installation(), System.out);
    }

    Path examples() {
        return installation().resolve("examples");
    }

    /** Calls with the administrator's token of a platform that was started here. */
    Api api() {
        PlatformHome found = home();
        if (!found.exists()) {
            throw new PlatformException("No platform was ever started in " + found.folder() + ". Run ./millrace up.");
        }
        return new Api(platform().ports(), found.adminToken());
    }
}
