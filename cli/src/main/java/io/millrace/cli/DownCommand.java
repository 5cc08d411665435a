package io.millrace.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "down", description = "Stops the platform. Its data stays.")
final class DownCommand implements Runnable {

    @Mixin
    private HomeOption home = new HomeOption();

    @Override
    public void run() {
        home.platform().down();
    }
}
