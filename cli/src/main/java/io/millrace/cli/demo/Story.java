package io.millrace.cli.demo;

import java.io.PrintStream;
import java.util.Locale;

/** Tells the demo in the terminal: numbered steps, figures below them. */
final class Story {

    private final PrintStream out;
    private final boolean colour;
    private int step;

    Story(PrintStream out, boolean colour) {
        this.out = out;
        this.colour = colour;
    }

    void step(String title) {
        step++;
        out.println();
        out.println(bold(step + ". " + title));
    }

    void say(String format, Object... arguments) {
        out.println("   " + String.format(Locale.ROOT, format, arguments));
    }

    /** A line that later ones overwrite, in a terminal; nothing elsewhere. */
    void progress(String format, Object... arguments) {
        if (colour) {
            out.print("\r   " + String.format(Locale.ROOT, format, arguments) + "    ");
            out.flush();
        }
    }

    void endProgress() {
        if (colour) {
            out.print("\r\033[K");
        }
    }

    private String bold(String text) {
        return colour ? "\033[1m" + text + "\033[0m" : text;
    }
}
