package io.millrace.registry.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import io.millrace.common.http.LimitedInput;
import io.millrace.registry.blob.Blob;
import io.millrace.registry.blob.BlobService;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/** Reads bundles that come from elsewhere, and trusts nothing in them. */
@ApplicationScoped
class BundleReader {

    private static final Pattern FILE = Pattern.compile("files/[0-9a-f]{64}");
    private static final int MAX_HEADER = 1 << 16;
    private static final int MAX_ENTRIES = 200_000;

    private final BlobService blobs;
    private final BundleConfig config;
    private final ObjectMapper json;

    BundleReader(BlobService blobs, BundleConfig config, ObjectMapper json) {
        this.blobs = blobs;
        this.config = config;
        this.json = json;
    }

    /** Takes the files into the store, where they are garbage until rows refer to them, and the rows into a folder. */
    Bundle read(InputStream from) {
        try {
            Path folder = Files.createTempDirectory("millrace-bundle");
            try {
                return read(new ZipInputStream(from), folder);
            } catch (IOException | RuntimeException e) {
                Bundle.delete(folder);
                Throwable cause = e instanceof UncheckedIOException wrapped ? wrapped.getCause() : e;
                // The last is what a name in an unknown encoding gives.
                if (cause instanceof ZipException
                        || cause instanceof EOFException
                        || cause instanceof IllegalArgumentException) {
                    throw refused("is no whole ZIP file: " + cause.getMessage());
                }
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a bundle cannot be read", e);
        }
    }

    private Bundle read(ZipInputStream zip, Path folder) throws IOException {
        ZipEntry first = zip.getNextEntry();
        if (first == null || !first.getName().equals("bundle.json")) {
            throw refused("is no bundle: its first entry must be bundle.json");
        }
        BundleHeader header = header(new Entry(zip, "bundle.json", MAX_HEADER));
        Bundle bundle = new Bundle(header, folder, new HashMap<>());
        long rows = config.maxRows().asLongValue();
        int entries = 0;
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            String name = entry.getName();
            if (++entries > MAX_ENTRIES) {
                throw refused("has more than " + MAX_ENTRIES + " entries");
            }
            if (FILE.matcher(name).matches()) {
                String digest = name.substring("files/".length());
                Blob blob = blobs.receive(new Entry(zip, name, config.maxFile().asLongValue()), digest);
                bundle.files().put(blob.sha256(), blob.sizeBytes());
            } else {
                BundleTable table = BundleTable.ofEntry(name)
                        .orElseThrow(() -> refused("has an entry that is not known: " + shown(name)));
                Path file = bundle.rows(table);
                if (Files.exists(file)) {
                    throw refused("has the entry " + name + " twice");
                }
                rows -= Files.copy(new Entry(zip, name, rows), file);
            }
        }
        return bundle;
    }

    private BundleHeader header(InputStream in) throws IOException {
        try {
            BundleHeader header = json.readValue(in.readAllBytes(), BundleHeader.class);
            if (!BundleHeader.FORMAT.equals(header.format())) {
                throw refused("must have the format " + BundleHeader.FORMAT + ", has " + header.format());
            }
            return header;
        } catch (JsonProcessingException e) {
            throw refused("has a bundle.json that cannot be read");
        }
    }

    private static String shown(String name) {
        return name.length() > 100 ? name.substring(0, 100) + "…" : name;
    }

    static PlatformException refused(String why) {
        return PlatformException.invalid("", "the bundle " + why);
    }

    /** An entry of at most so many bytes; closing it leaves the rest of the archive open. */
    private static final class Entry extends LimitedInput {

        Entry(InputStream archive, String name, long max) {
            super(
                    archive,
                    max,
                    () -> new PlatformException(
                            ErrorCode.PAYLOAD_TOO_LARGE,
                            "The bundle's entry " + name + " is larger than is accepted here"));
        }

        @Override
        public void close() {
            // The archive goes on after this entry.
        }
    }
}
