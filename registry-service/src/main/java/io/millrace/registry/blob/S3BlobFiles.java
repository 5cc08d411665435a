package io.millrace.registry.blob;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedMultipartUpload;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Objects named by the SHA-256 of their content. A name is known only at the end, so content that does not fit into one
 * buffer goes to a temporary object in parts and is copied inside of the store.
 */
final class S3BlobFiles implements BlobFiles {

    private static final Logger LOG = Logger.getLogger(S3BlobFiles.class);

    /** What one upload holds in memory. With S3's 10,000 parts content may have 78 GiB. */
    static final int PART_BYTES = 8 * 1024 * 1024;

    /** S3 copies no more in one request. */
    static final long MAX_COPY_BYTES = 5L * 1024 * 1024 * 1024;

    private static final int NOT_FOUND = 404;

    private final S3Client s3;
    private final String bucket;
    private final String prefix;
    private final long maxCopyBytes;

    S3BlobFiles(S3Client s3, String bucket, String prefix, long maxCopyBytes) {
        this.s3 = s3;
        this.bucket = bucket;
        this.prefix = prefix;
        this.maxCopyBytes = maxCopyBytes;
    }

    private String key(String sha256) {
        return prefix + "blobs/" + Digests.checked(sha256).substring(0, 2) + "/" + sha256;
    }

    private String leftovers() {
        return prefix + "incoming/";
    }

    @Override
    public Incoming receive(InputStream content) {
        MessageDigest digest = Digests.sha256();
        byte[] buffer = new byte[PART_BYTES];
        int read = fill(content, buffer);
        digest.update(buffer, 0, read);
        if (read < PART_BYTES) {
            byte[] whole = Arrays.copyOf(buffer, read);
            return new IncomingBytes(Digests.hex(digest), whole);
        }
        String key = leftovers() + UUID.randomUUID();
        String upload = call(
                () -> s3.createMultipartUpload(r -> r.bucket(bucket).key(key)).uploadId());
        try {
            List<CompletedPart> parts = new ArrayList<>();
            long size = 0;
            while (read > 0) {
                size += read;
                parts.add(part(key, upload, parts.size() + 1, buffer, read));
                read = fill(content, buffer);
                digest.update(buffer, 0, read);
            }
            call(() -> s3.completeMultipartUpload(r -> r.bucket(bucket)
                    .key(key)
                    .uploadId(upload)
                    .multipartUpload(
                            CompletedMultipartUpload.builder().parts(parts).build())));
            return new IncomingObject(Digests.hex(digest), size, key);
        } catch (RuntimeException e) {
            abort(key, upload);
            throw e;
        }
    }

    private static int fill(InputStream content, byte[] buffer) {
        try {
            return content.readNBytes(buffer, 0, buffer.length);
        } catch (IOException e) {
            throw new UncheckedIOException("a file could not be received", e);
        }
    }

    private CompletedPart part(String key, String upload, int number, byte[] buffer, int length) {
        String etag = call(() -> s3.uploadPart(
                        r -> r.bucket(bucket).key(key).uploadId(upload).partNumber(number),
                        RequestBody.fromInputStream(new ByteArrayInputStream(buffer, 0, length), length)))
                .eTag();
        return CompletedPart.builder().partNumber(number).eTag(etag).build();
    }

    private void abort(String key, String upload) {
        try {
            s3.abortMultipartUpload(r -> r.bucket(bucket).key(key).uploadId(upload));
        } catch (SdkException e) {
            LOG.warnf("upload not aborted key=%s reason=%s", key, e.getMessage());
        }
    }

    private final class IncomingBytes implements Incoming {

        private final String sha256;
        private final byte[] content;

        IncomingBytes(String sha256, byte[] content) {
            this.sha256 = sha256;
            this.content = content;
        }

        @Override
        public String sha256() {
            return sha256;
        }

        @Override
        public long sizeBytes() {
            return content.length;
        }

        @Override
        public void keep() {
            if (!exists(key(sha256))) {
                call(() -> s3.putObject(r -> r.bucket(bucket).key(key(sha256)), RequestBody.fromBytes(content)));
            }
        }

        @Override
        public void close() {
            // Nothing but memory was taken up.
        }
    }

    private final class IncomingObject implements Incoming {

        private final String sha256;
        private final long sizeBytes;
        private final String temporary;

        IncomingObject(String sha256, long sizeBytes, String temporary) {
            this.sha256 = sha256;
            this.sizeBytes = sizeBytes;
            this.temporary = temporary;
        }

        @Override
        public String sha256() {
            return sha256;
        }

        @Override
        public long sizeBytes() {
            return sizeBytes;
        }

        @Override
        public void keep() {
            if (exists(key(sha256))) {
                return;
            }
            if (sizeBytes <= maxCopyBytes) {
                call(() -> s3.copyObject(r -> r.sourceBucket(bucket)
                        .sourceKey(temporary)
                        .destinationBucket(bucket)
                        .destinationKey(key(sha256))));
            } else {
                copyInParts(temporary, key(sha256), sizeBytes);
            }
        }

        @Override
        public void close() {
            try {
                s3.deleteObject(r -> r.bucket(bucket).key(temporary));
            } catch (SdkException e) {
                // The garbage collector deletes it later.
                LOG.warnf("temporary object not deleted key=%s reason=%s", temporary, e.getMessage());
            }
        }
    }

    private void copyInParts(String from, String to, long size) {
        String upload = call(
                () -> s3.createMultipartUpload(r -> r.bucket(bucket).key(to)).uploadId());
        try {
            List<CompletedPart> parts = new ArrayList<>();
            for (long first = 0; first < size; first += maxCopyBytes) {
                String range = "bytes=" + first + "-" + (Math.min(size, first + maxCopyBytes) - 1);
                int number = parts.size() + 1;
                String etag = call(() -> s3.uploadPartCopy(r -> r.sourceBucket(bucket)
                                .sourceKey(from)
                                .destinationBucket(bucket)
                                .destinationKey(to)
                                .uploadId(upload)
                                .partNumber(number)
                                .copySourceRange(range)))
                        .copyPartResult()
                        .eTag();
                parts.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
            }
            call(() -> s3.completeMultipartUpload(r -> r.bucket(bucket)
                    .key(to)
                    .uploadId(upload)
                    .multipartUpload(
                            CompletedMultipartUpload.builder().parts(parts).build())));
        } catch (RuntimeException e) {
            abort(to, upload);
            throw e;
        }
    }

    private boolean exists(String key) {
        return call(() -> {
            try {
                s3.headObject(r -> r.bucket(bucket).key(key));
                return true;
            } catch (S3Exception e) {
                if (e.statusCode() == NOT_FOUND) {
                    return false;
                }
                throw e;
            }
        });
    }

    @Override
    public BlobContent get(String sha256) {
        return new ObjectContent(sha256);
    }

    private final class ObjectContent implements BlobContent {

        private final String sha256;

        ObjectContent(String sha256) {
            this.sha256 = Digests.checked(sha256);
        }

        @Override
        public InputStream open(long first, long length) {
            return new LeftEarly(read("bytes=" + first + "-" + (first + length - 1)));
        }

        @Override
        public byte[] bytes() throws IOException {
            try (InputStream in = read(null)) {
                return in.readAllBytes();
            }
        }

        private ResponseInputStream<GetObjectResponse> read(@Nullable String range) {
            return call(() -> {
                try {
                    return s3.getObject(r -> r.bucket(bucket).key(key(sha256)).range(range));
                } catch (S3Exception e) {
                    if (e.statusCode() == NOT_FOUND) {
                        throw PlatformException.notFound("content in the store", sha256);
                    }
                    throw e;
                }
            });
        }
    }

    /** Closing a stream reads the rest of it first; one that is left early is better broken off. */
    private static final class LeftEarly extends FilterInputStream {

        private final ResponseInputStream<GetObjectResponse> response;
        private boolean ended;

        LeftEarly(ResponseInputStream<GetObjectResponse> response) {
            super(response);
            this.response = response;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            ended |= value < 0;
            return value;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int read = super.read(bytes, from, length);
            ended |= read < 0;
            return read;
        }

        @Override
        public void close() throws IOException {
            if (ended) {
                super.close();
            } else {
                response.abort();
            }
        }
    }

    @Override
    public boolean delete(String sha256) {
        boolean there = exists(key(sha256));
        if (there) {
            call(() -> s3.deleteObject(r -> r.bucket(bucket).key(key(sha256))));
        }
        return there;
    }

    @Override
    public int deleteLeftovers(Instant before) {
        return call(() -> {
            int deleted = 0;
            for (S3Object object : s3.listObjectsV2Paginator(
                            r -> r.bucket(bucket).prefix(leftovers()))
                    .contents()) {
                if (object.lastModified().isBefore(before)) {
                    s3.deleteObject(r -> r.bucket(bucket).key(object.key()));
                    deleted++;
                }
            }
            for (var upload : s3.listMultipartUploadsPaginator(
                            r -> r.bucket(bucket).prefix(prefix))
                    .uploads()) {
                if (upload.initiated().isBefore(before)) {
                    s3.abortMultipartUpload(
                            r -> r.bucket(bucket).key(upload.key()).uploadId(upload.uploadId()));
                    deleted++;
                }
            }
            return deleted;
        });
    }

    private static <T> T call(Supplier<T> request) {
        try {
            return request.get();
        } catch (SdkException e) {
            throw new PlatformException(
                    ErrorCode.UPSTREAM_UNAVAILABLE, "The artifact store does not answer as it should", List.of(), e);
        }
    }
}
