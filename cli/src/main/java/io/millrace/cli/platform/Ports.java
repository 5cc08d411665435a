package io.millrace.cli.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which service listens where, on loopback. */
public record Ports(int postgres, Map<ServiceName, Integer> services) {

    public static final int POSTGRES = 5481;
    private static final int HIGHEST = 65535;
    private static final int GRPC = 1000;
    private static final int TRIES = 100;

    public Ports {
        services = new EnumMap<>(services);
        Map<Integer, String> users = new HashMap<>();
        check(users, postgres, "PostgreSQL");
        for (ServiceName name : ServiceName.values()) {
            check(users, services.getOrDefault(name, name.defaultPort()), "the " + name.wire() + " service");
        }
    }

    private static void check(Map<Integer, String> users, int port, String user) {
        if (port < 1 || port > HIGHEST) {
            throw new PlatformException(
                    "Port " + port + ", wanted for " + user + ", is not one of 1 to " + HIGHEST + ".");
        }
        String other = users.putIfAbsent(port, user);
        if (other != null) {
            throw new PlatformException("Port " + port + " is wanted for " + other + " and for " + user + ".");
        }
    }

    /** The ports of the documentation. */
    public static Ports defaults() {
        Map<ServiceName, Integer> services = new EnumMap<>(ServiceName.class);
        for (ServiceName name : ServiceName.values()) {
            services.put(name, name.defaultPort());
        }
        return new Ports(POSTGRES, services);
    }

    /** Ports that nobody listens on. That for gRPC, a thousand above, is free too. */
    public static Ports anyFree() {
        List<ServerSocket> open = new ArrayList<>();
        try {
            Map<ServiceName, Integer> services = new EnumMap<>(ServiceName.class);
            for (ServiceName name : ServiceName.values()) {
                services.put(name, anyFree(open));
            }
            return new Ports(anyFree(open), services);
        } catch (IOException e) {
            throw new PlatformException("No free port was found: " + e.getMessage(), e);
        } finally {
            open.forEach(Ports::close);
        }
    }

    /** Adds to the open sockets what holds the port, so that the next one is another. */
    private static int anyFree(List<ServerSocket> open) throws IOException {
        for (int tries = 0; ; tries++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            open.add(socket);
            try (ServerSocket above =
                    new ServerSocket(socket.getLocalPort() + GRPC, 1, InetAddress.getLoopbackAddress())) {
                return above.getLocalPort() - GRPC;
            } catch (BindException | IllegalArgumentException e) {
                if (tries == TRIES) {
                    throw new IOException(e);
                }
            }
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int of(ServiceName name) {
        return services.getOrDefault(name, name.defaultPort());
    }

    public String url(ServiceName name) {
        return "http://127.0.0.1:" + of(name);
    }

    /** Whether nobody listens on a loopback port. */
    static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
