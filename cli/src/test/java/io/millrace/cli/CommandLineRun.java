package io.millrace.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/**
 * What a command line printed and ended with.
 *
 * @param status as a shell sees it
 */
record CommandLineRun(int status, String out, String err) {

    static CommandLineRun of(String... arguments) {
        return withInput("", arguments);
    }

    /** The commands print to the streams of the process, so these are swapped; such tests must not run in parallel. */
    static CommandLineRun withInput(String input, String... arguments) {
        PrintStream out = System.out;
        InputStream in = System.in;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        try {
            CommandLine command = Millrace.commandLine();
            command.setErr(new PrintWriter(complained, true, StandardCharsets.UTF_8));
            int status = command.execute(arguments);
            return new CommandLineRun(
                    status, printed.toString(StandardCharsets.UTF_8), complained.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setIn(in);
        }
    }
}
