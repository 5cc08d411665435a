package io.millrace.cli.platform;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Which service listens where, on loopback. */
public record Ports(int postgres, Map<ServiceName, Integer> services) {

    public static final int POSTGRES = 5481;
    private static final int HIGHEST = 65535;

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
