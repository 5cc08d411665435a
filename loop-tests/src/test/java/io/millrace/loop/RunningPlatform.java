package io.millrace.loop;

import io.millrace.cli.client.Api;
import io.millrace.cli.platform.LocalPlatform;
import io.millrace.cli.platform.PlatformHome;
import io.millrace.cli.platform.Ports;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;

/** The packaged services on free ports, with a store of their own. */
final class RunningPlatform implements AutoCloseable {

    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private final LocalPlatform platform;

    /** Starts everything in a folder and waits until it is ready. */
    RunningPlatform(Path home) throws IOException {
        this(home, List.of());
    }

    /** The same with options of Java for each service. */
    RunningPlatform(Path home, List<String> serviceOptions) throws IOException {
        platform = new LocalPlatform(new PlatformHome(home), ROOT, System.out, serviceOptions);
        platform.up(Ports.anyFree());
    }

    /** The same with the coverage of the services measured, which makes their start slower. */
    static RunningPlatform measured(Path home) throws IOException {
        return new RunningPlatform(home, coverage());
    }

    LocalPlatform platform() {
        return platform;
    }

    Api api() {
        return new Api(platform.ports(), token());
    }

    String token() {
        return platform.home().adminToken();
    }

    @Override
    public void close() {
        platform.down();
    }

    /** The agent that measures this test's coverage, for the services too. */
    private static List<String> coverage() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-javaagent:") && argument.contains("org.jacoco.agent"))
                .map(argument -> argument.replace("jacoco.exec", "jacoco-services.exec"))
                .toList();
    }
}
