package io.millrace.cli;

import io.millrace.cli.client.Api;
import io.millrace.cli.demo.Demo;
import io.millrace.cli.platform.LocalPlatform;
import io.millrace.cli.platform.PlatformException;
import io.millrace.cli.platform.ServiceName;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "demo", description = "Runs the whole loop on real flights: train, serve, drift, retrain, promote.")
final class DemoCommand implements Runnable {

    @Mixin
    private HomeOption home = new HomeOption();

    @Mixin
    private PortOptions ports = new PortOptions();

    @Option(names = "--every", paramLabel = "N", description = "Send every N-th flight (default: ${DEFAULT-VALUE}).")
    private int every = 1;

    @Override
    public void run() {
        LocalPlatform platform = home.platform();
        if (every < 1) {
            throw new PlatformException("--every must be at least 1, is " + every + ".");
        }
        TakeDown takeDown = TakeDown.of(platform);
        System.out.println("Starting Millrace in " + platform.home().folder());
        platform.up(ports.ports());
        System.out.println("  console: " + platform.consoleLink());
        Api api = new Api(platform.ports(), platform.home().adminToken());
        Path examples = home.examples().resolve("flight-delays");
        Demo.Told told = new Demo(api, examples, System.out, System.console() != null, every).run();
        // The story is told; what runs is left for a look around.
        takeDown.cancel();
        System.out.println();
        System.out.println("The loop is closed. It goes on running; look around:");
        System.out.println("  console    " + platform.consoleLink());
        System.out.println("  metrics    curl -H \"Authorization: Bearer $(./millrace token)\" "
                + platform.ports().url(ServiceName.SERVING) + "/q/metrics");
        System.out.println("  why        ./millrace why " + told.model() + " " + told.promoted());
        System.out.println("  again      ./millrace demo, with models of other names");
        System.out.println("  stop       ./millrace down");
    }
}
