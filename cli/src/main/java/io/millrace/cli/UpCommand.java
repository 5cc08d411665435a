package io.millrace.cli;

import io.millrace.cli.platform.LocalPlatform;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "up",
        description =
                "Starts the platform and shows its addresses. Harmless when it runs already; starts again what was killed.")
final class UpCommand implements Runnable {

    @Mixin
    private HomeOption home = new HomeOption();

    @Mixin
    private PortOptions ports = new PortOptions();

    @Option(names = "--detach", description = "Return when everything is ready; ./millrace down stops it.")
    private boolean detach;

    @Override
    public void run() {
        LocalPlatform platform = home.platform();
        System.out.println("Starting Millrace in " + platform.home().folder());
        TakeDown takeDown = TakeDown.of(platform);
        platform.up(ports.ports());
        System.out.println();
        System.out.println("Console:  " + platform.consoleLink());
        System.out.println("Token:    ./millrace token");
        if (detach || !takeDown.armed()) {
            takeDown.cancel();
            System.out.println("Stop:     ./millrace down");
            return;
        }
        System.out.println("Stop:     Ctrl-C");
        CountDownLatch forever = new CountDownLatch(1);
        try {
            forever.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
