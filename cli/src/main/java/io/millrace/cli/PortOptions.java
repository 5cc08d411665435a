package io.millrace.cli;

import io.millrace.cli.platform.Ports;
import io.millrace.cli.platform.ServiceName;
import java.util.EnumMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Ports of the platform's processes, all on loopback. */
final class PortOptions {

    @Option(names = "--postgres-port", paramLabel = "PORT", description = "PostgreSQL (default: ${DEFAULT-VALUE}).")
    private int postgres = Ports.POSTGRES;

    @Option(names = "--registry-port", paramLabel = "PORT", description = "Registry (default: ${DEFAULT-VALUE}).")
    private int registry = 8081;

    @Option(names = "--pipeline-port", paramLabel = "PORT", description = "Pipelines (default: ${DEFAULT-VALUE}).")
    private int pipeline = 8082;

    @Option(names = "--serving-port", paramLabel = "PORT", description = "Serving (default: ${DEFAULT-VALUE}).")
    private int serving = 8083;

    @Option(names = "--monitoring-port", paramLabel = "PORT", description = "Monitoring (default: ${DEFAULT-VALUE}).")
    private int monitoring = 8084;

    Ports ports() {
        Map<ServiceName, Integer> services = new EnumMap<>(ServiceName.class);
        services.put(ServiceName.REGISTRY, registry);
        services.put(ServiceName.PIPELINE, pipeline);
        services.put(ServiceName.SERVING, serving);
        services.put(ServiceName.MONITORING, monitoring);
        return new Ports(postgres, services);
    }
}
