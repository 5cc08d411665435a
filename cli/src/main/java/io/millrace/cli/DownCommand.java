package io.millrace.cli;

import io.millrace.cli.platform.LocalPlatform;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "down", description = "Stops the platform. Its data stays.")
final class DownCommand implements Runnable {

    @Mixin
    private HomeOption home = new HomeOption();

    @Override
    public void run() {
        LocalPlatform platform = home.platform();
        if (!platform.anyRunning()) {
            System.out.println("Nothing runs in " + platform.home().folder() + ".");
            return;
        }
        platform.down();
    }
}
