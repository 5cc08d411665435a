package io.millrace.registry.blob;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.nio.file.Path;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Makes the store that the configuration names. */
@ApplicationScoped
class BlobFilesProducer {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(60);

    @Produces
    @ApplicationScoped
    BlobFiles files(BlobConfig config, S3Config s3, @ConfigProperty(name = "millrace.data-dir") String dataDirectory) {
        return switch (config.store()) {
            case LOCAL -> new LocalBlobFiles(Path.of(dataDirectory).resolve("blobs"));
            case S3 ->
                new S3BlobFiles(
                        client(s3),
                        s3.bucket()
                                .orElseThrow(() -> new IllegalStateException(
                                        "millrace.registry.artifact.s3.bucket is required with the store s3")),
                        s3.prefix().orElse(""),
                        S3BlobFiles.MAX_COPY_BYTES);
        };
    }

    /** Checksums only where S3 demands them: other stores do not know the newer ones, and every digest is checked anyway. */
    private static S3Client client(S3Config config) {
        var builder = S3Client.builder()
                .httpClient(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT)
                        .socketTimeout(ANSWER)
                        .build())
                .region(Region.of(config.region()))
                .forcePathStyle(config.pathStyle())
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED);
        config.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }
}
