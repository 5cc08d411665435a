package io.millrace.registry.blob;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Adobe's S3 mock in a process of its own, with a bucket; also gives a service under test the way to it. */
public final class S3Server implements QuarkusTestResourceLifecycleManager, AutoCloseable {

    static final String BUCKET = "millrace-test";

    private static final Pattern PORT = Pattern.compile("Tomcat started on ports? .*?(\\d+) \\(http\\)");

    private Process process;
    private URI endpoint;

    @Override
    public Map<String, String> start() {
        try {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx160m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-jar",
                            Path.of("target/s3mock.jar").toAbsolutePath().toString(),
                            "--server.port=0",
                            "--com.adobe.testing.s3mock.http-port=0",
                            "--com.adobe.testing.s3mock.store.initial-buckets=" + BUCKET)
                    .redirectErrorStream(true)
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            endpoint = URI.create("http://127.0.0.1:" + awaitPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        return Map.of(
                "millrace.registry.artifact.store", "s3",
                "millrace.registry.artifact.s3.bucket", BUCKET,
                "millrace.registry.artifact.s3.prefix", "some/place/",
                "millrace.registry.artifact.s3.endpoint", endpoint.toString(),
                "millrace.registry.artifact.s3.path-style", "true");
    }

    private int awaitPort() throws IOException {
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder seen = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher matcher = PORT.matcher(line);
            if (matcher.find()) {
                Thread rest = new Thread(() -> output.lines().forEach(ignored -> {}));
                rest.setDaemon(true);
                rest.start();
                return Integer.parseInt(matcher.group(1));
            }
            seen.append(line).append('\n');
        }
        throw new IllegalStateException("the S3 server ended:\n" + seen);
    }

    S3Client client() {
        return S3Client.builder()
                .httpClient(UrlConnectionHttpClient.create())
                .region(Region.US_EAST_1)
                .endpointOverride(endpoint)
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .build();
    }

    @Override
    public void stop() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        stop();
    }
}
