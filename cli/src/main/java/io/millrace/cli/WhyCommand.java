package io.millrace.cli;

import io.millrace.cli.client.Api;
import io.millrace.cli.client.Causes;
import io.millrace.cli.platform.ServiceName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "why", description = "Explains a version: from its promotion back to the requests that caused it.")
final class WhyCommand implements Runnable {

    @Mixin
    private HomeOption home = new HomeOption();

    @Parameters(index = "0", paramLabel = "MODEL", description = "Name of the model.")
    private String model = "";

    @Parameters(index = "1", paramLabel = "VERSION", description = "Number of the version.")
    private int version;

    @Override
    public void run() {
        String path = "/api/v1/why/" + Api.segment(model) + "/" + version;
        Causes.print(home.api().get(ServiceName.MONITORING, path), System.out::println);
    }
}
