package io.millrace.cli.platform;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One service's process, known by a file with its id and start time: an id that was given to another process is not ours. */
final class ServiceProcess {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private static final long STOP_SECONDS = 20;

    private final ServiceName name;
    private final PlatformHome home;

    ServiceProcess(ServiceName name, PlatformHome home) {
        this.name = name;
        this.home = home;
    }

    ServiceName name() {
        return name;
    }

    /** The live process, if there is one. */
    Optional<ProcessHandle> find() {
        try {
            List<String> lines = Files.readAllLines(home.pidFile(name));
            if (lines.size() < 2) {
                return Optional.empty();
            }
            return ProcessHandle.of(Long.parseLong(lines.get(0)))
                    .filter(ProcessHandle::isAlive)
                    .filter(process -> !zombie(process))
                    .filter(process -> startOf(process).equals(lines.get(1)));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Whether a process was started here and not stopped, be it alive or not. */
    boolean leftPidFile() {
        return Files.exists(home.pidFile(name));
    }

    /** Whether a process has ended and only its parent has not noticed. Where the machine does not tell, it has not. */
    private static boolean zombie(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return false;
        }
    }

    private static String startOf(ProcessHandle process) {
        return process.info().startInstant().map(Object::toString).orElse("unknown");
    }

    void start(List<String> command, java.util.Map<String, String> environment) {
        try {
            Path log = home.log(name.wire());
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            Files.writeString(home.pidFile(name), process.pid() + "\n" + startOf(process.toHandle()) + "\n");
        } catch (IOException e) {
            throw new PlatformException("The " + name.wire() + " service could not be started: " + e.getMessage(), e);
        }
    }

    /** Asks the process to end, and does not wait until it has. */
    void ask() {
        find().ifPresent(ProcessHandle::destroy);
    }

    /** Ends the process: asks first, insists after a while. */
    void stop() {
        Optional<ProcessHandle> process = find();
        process.ifPresent(ProcessHandle::destroy);
        if (!awaitEnd(STOP_SECONDS)) {
            process.ifPresent(ProcessHandle::destroyForcibly);
        }
        try {
            Files.deleteIfExists(home.pidFile(name));
        } catch (IOException e) {
            throw new PlatformException("The file " + home.pidFile(name) + " cannot be removed: " + e.getMessage(), e);
        }
    }

    /** Waits until the process has ended or this thread is interrupted; false when it runs on after so long. */
    boolean awaitEnd(long seconds) {
        try {
            Optional<ProcessHandle> process = find();
            if (process.isPresent()) {
                process.get().onExit().get(seconds, TimeUnit.SECONDS);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    /** Whether the service says that it can work. */
    static boolean ready(String url) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/q/health/ready"))
                    .timeout(Duration.ofSeconds(3))
                    .build();
            return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Resident memory in KiB, where the machine tells. */
    static long residentKib(ProcessHandle process) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        } catch (IOException e) {
            return 0;
        }
        return 0;
    }
}
