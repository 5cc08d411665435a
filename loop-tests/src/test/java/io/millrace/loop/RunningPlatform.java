package io.millrace.loop;

import io.millrace.cli.client.Api;
import io.millrace.cli.platform.LocalPlatform;
import io.millrace.cli.platform.PlatformHome;
import io.millrace.cli.platform.Ports;
import io.millrace.cli.platform.ServiceName;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The packaged services on free ports, with a store of their own. */
final class RunningPlatform implements AutoCloseable {

    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private final LocalPlatform platform;

    /** Starts everything in a folder and waits until it is ready. */
    RunningPlatform(Path home) throws IOException {
        this(home, List.of());
    }

    private RunningPlatform(Path home, List<String> serviceOptions) throws IOException {
        platform = new LocalPlatform(new PlatformHome(home), ROOT, System.out, serviceOptions);
        platform.up(freePorts());
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

    /** A port of which that for gRPC, a thousand above, is free too. */
    private static int freePort(List<ServerSocket> open) throws IOException {
        for (int tries = 0; ; tries++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            open.add(socket);
            try (ServerSocket above =
                    new ServerSocket(socket.getLocalPort() + 1000, 1, InetAddress.getLoopbackAddress())) {
                return above.getLocalPort() - 1000;
            } catch (BindException e) {
                if (tries == 100) {
                    throw e;
                }
            }
        }
    }

    static Ports freePorts() throws IOException {
        List<ServerSocket> open = new ArrayList<>();
        try {
            Map<ServiceName, Integer> services = new EnumMap<>(ServiceName.class);
            for (ServiceName name : ServiceName.values()) {
                services.put(name, freePort(open));
            }
            return new Ports(freePort(open), services);
        } finally {
            for (ServerSocket socket : open) {
                socket.close();
            }
        }
    }
}
