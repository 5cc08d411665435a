package io.millrace.cli;

import io.millrace.cli.client.ApiException;
import io.millrace.cli.platform.PlatformException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code millrace} command. */
@Command(
        name = "millrace",
        description = "Millrace: models that are kept, gated, served, watched and made anew.",
        mixinStandardHelpOptions = true,
        version = "Millrace 0.1.0-SNAPSHOT",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            PrepareCommand.class,
            StatusCommand.class,
            LogsCommand.class,
            TokenCommand.class,
            PredictCommand.class,
            RunCommand.class,
            PipelinesCommand.class,
            ModelsCommand.class,
            WhyCommand.class,
            DemoCommand.class
        })
public final class Millrace implements Runnable {

    /** What a shell calls a program that Ctrl-C has ended. */
    private static final int INTERRUPTED = 130;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The command with all its parts; what a person can mend is told in words, not as a stack trace. */
    static CommandLine commandLine() {
        return new CommandLine(new Millrace()).setExecutionExceptionHandler((failure, command, parsed) -> {
            if (TakeDown.underWay()) {
                return INTERRUPTED;
            }
            if (failure instanceof PlatformException || failure instanceof ApiException) {
                command.getErr().println("millrace: " + failure.getMessage());
                return 1;
            }
            throw failure;
        });
    }
}
