package io.millrace.loop;

import io.millrace.cli.client.Api;
import io.millrace.cli.demo.Demo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** A platform on which the demo was told once, for all tests that look at it and change nothing. */
final class ToldPlatform implements AutoCloseable {

    private final RunningPlatform running;
    private final String text;

    private ToldPlatform() {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        try {
            running = RunningPlatform.measured(Files.createTempDirectory(Path.of("target"), "told-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            Path example = RunningPlatform.ROOT.resolve("examples/flight-delays");
            new Demo(api(), example, new PrintStream(told, true, StandardCharsets.UTF_8), false, 2).run();
        } catch (RuntimeException e) {
            running.close();
            throw e;
        }
        text = told.toString(StandardCharsets.UTF_8);
    }

    Api api() {
        return running.api();
    }

    String consoleLink() {
        return running.platform().consoleLink();
    }

    /** What the demo printed. */
    String text() {
        return text;
    }

    @Override
    public void close() {
        running.close();
    }

    /** Gives the platform to the tests that ask for it; it is started for the first and stopped after the last. */
    static final class Provider implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == ToldPlatform.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(Namespace.GLOBAL)
                    .computeIfAbsent(ToldPlatform.class, type -> new ToldPlatform(), ToldPlatform.class);
        }
    }
}
