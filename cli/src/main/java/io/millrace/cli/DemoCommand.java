package io.millrace.cli;

import io.millrace.cli.client.Api;
import io.millrace.cli.demo.Demo;
import io.millrace.cli.platform.LocalPlatform;
import io.millrace.cli.platform.ServiceName;
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
        boolean before = platform.anyRunning();
        Thread takeDown = new Thread(platform::down);
        if (!before) {
            Runtime.getRuntime().addShutdownHook(takeDown);
        }
        System.out.println("Starting Millrace in " + platform.home().folder());
        platform.up(ports.ports());
        System.out.println("  console: " + platform.consoleLink());
        Api api = new Api(platform.ports(), platform.home().adminToken());
        new Demo(
                        api,
                        home.examples().resolve("flight-delays"),
                        System.out,
                        System.console() != null,
                        Math.max(1, every))
                .run();
        // The story is told; what runs is left for a look around.
        if (!before) {
            Runtime.getRuntime().removeShutdownHook(takeDown);
        }
        System.out.println();
        System.out.println("The loop is closed. It goes on running; look around:");
        System.out.println("  console    " + platform.consoleLink());
        System.out.println("  metrics    curl -H \"Authorization: Bearer $(./millrace token)\" "
                + platform.ports().url(ServiceName.SERVING) + "/q/metrics");
        System.out.println("  why        ./millrace why flight-delay 3");
        System.out.println("  stop       ./millrace down");
    }
}
