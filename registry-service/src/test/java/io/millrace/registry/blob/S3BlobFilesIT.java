package io.millrace.registry.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import java.io.ByteArrayInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;

class S3BlobFilesIT extends BlobFilesContract {

    private static final String PREFIX = "some/place/";

    /** Small, so that the larger contents of the contract are copied in several parts. */
    private static final long COPY = 6_000_000;

    private static final S3Server SERVER = new S3Server();
    private static S3Client client;

    @BeforeAll
    static void start() {
        SERVER.start();
        client = SERVER.client();
    }

    @AfterAll
    static void stop() {
        SERVER.stop();
    }

    @Override
    BlobFiles files() {
        return new S3BlobFiles(client, S3Server.BUCKET, PREFIX, COPY);
    }

    @Override
    int leftovers() {
        return client.listObjectsV2(r -> r.bucket(S3Server.BUCKET).prefix(PREFIX + "incoming/"))
                        .contents()
                        .size()
                + client.listMultipartUploads(r -> r.bucket(S3Server.BUCKET).prefix(PREFIX))
                        .uploads()
                        .size();
    }

    @Test
    void copiesInOneRequestWhatIsSmallEnough() throws Exception {
        byte[] bytes = random(77, 9_000_000);
        BlobFiles files = new S3BlobFiles(client, S3Server.BUCKET, PREFIX, S3BlobFiles.MAX_COPY_BYTES);

        try (Incoming incoming = files.receive(new ByteArrayInputStream(bytes))) {
            incoming.keep();
            assertThat(files.get(incoming.sha256()).bytes()).isEqualTo(bytes);
        }
    }

    @Test
    void saysThatTheStoreIsToBlame() {
        BlobFiles elsewhere = new S3BlobFiles(client, "no-such-bucket", "", COPY);

        assertThatThrownBy(() -> {
                    try (Incoming incoming = elsewhere.receive(new ByteArrayInputStream(new byte[3]))) {
                        incoming.keep();
                    }
                })
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UPSTREAM_UNAVAILABLE));
    }
}
