package io.millrace.cli;

import io.millrace.cli.platform.LocalPlatform;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "status", description = "Shows what runs. Exit status 1 when something does not.")
final class StatusCommand implements Callable<Integer> {

    @Mixin
    private HomeOption home = new HomeOption();

    @Override
    public Integer call() {
        List<LocalPlatform.Status> list = home.platform().status();
        long total = 0;
        for (LocalPlatform.Status s : list) {
            String memory = s.residentKib() == 0 ? "" : s.residentKib() / 1024 + " MiB";
            String pid = s.pid() == 0 ? "" : "pid " + s.pid();
            System.out.printf("%-11s %-9s %-24s %-12s %s%n", s.process(), s.state(), s.address(), pid, memory);
            total += s.residentKib();
        }
        System.out.println("services together: " + total / 1024 + " MiB resident");
        return list.stream().allMatch(s -> s.state().equals("ready")) ? 0 : 1;
    }
}
