package io.millrace.registry.bundle;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.registry.blob.BlobService;
import io.millrace.registry.bundle.BundleStore.Parts;
import io.millrace.registry.manifest.ManifestService;
import io.millrace.registry.model.ModelService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes bundles. */
@ApplicationScoped
class BundleExportService {

    private final BundleStore store;
    private final ModelService models;
    private final ManifestService manifests;
    private final BlobService blobs;
    private final ObjectMapper json;
    private final Clock clock;

    BundleExportService(
            BundleStore store,
            ModelService models,
            ManifestService manifests,
            BlobService blobs,
            ObjectMapper json,
            Clock clock) {
        this.store = store;
        this.models = models;
        this.manifests = manifests;
        this.blobs = blobs;
        this.json = json;
        this.clock = clock;
    }

    /** The rows of a model, of its versions and of what the caller sees of the runs that made them. */
    @Transactional
    Bundle snapshot(String model) {
        models.get(model);
        Parts parts = store.parts(model);
        BundleHeader header = new BundleHeader(BundleHeader.FORMAT, model, clock.instant(), manifests.keyId());
        try {
            Path folder = Files.createTempDirectory("millrace-bundle");
            Bundle bundle = new Bundle(header, folder, store.files(parts));
            try {
                for (BundleTable table : BundleTable.values()) {
                    store.dump(table, parts, bundle.rows(table));
                }
                return bundle;
            } catch (IOException | RuntimeException e) {
                bundle.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a bundle cannot be written", e);
        }
    }

    /** Writes a bundle as a ZIP file: the header, then the files, then the rows that refer to them. */
    void write(Bundle bundle, OutputStream to) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(to);
        zip.putNextEntry(new ZipEntry("bundle.json"));
        zip.write(json.writeValueAsBytes(bundle.header()));
        // Models are packed already, more or less; the fastest level still takes out what is empty.
        zip.setLevel(Deflater.BEST_SPEED);
        for (Map.Entry<String, Long> file : new TreeMap<>(bundle.files()).entrySet()) {
            zip.putNextEntry(new ZipEntry("files/" + file.getKey()));
            if (file.getValue() > 0) {
                try (InputStream in = blobs.content(file.getKey()).open(0, file.getValue())) {
                    in.transferTo(zip);
                }
            }
        }
        zip.setLevel(Deflater.DEFAULT_COMPRESSION);
        for (BundleTable table : BundleTable.values()) {
            zip.putNextEntry(new ZipEntry(table.entry()));
            Files.copy(bundle.rows(table), zip);
        }
        zip.finish();
    }
}
