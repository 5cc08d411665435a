package io.millrace.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.serving.client.registry.RegistryClient;
import io.millrace.serving.testing.Models;
import io.millrace.serving.testing.Serving;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ModelFoldersIT extends Serving {

    @Inject
    RegistryClient client;

    @Inject
    ManifestCheck manifests;

    @Inject
    ObjectMapper json;

    @Inject
    ModelConfig config;

    /** As another process on the same disk would find it. */
    private ModelFolders restarted() {
        return new ModelFolders(client, manifests, json, config);
    }

    @Test
    void needsNoRegistryForAVersionOnDisk() throws Exception {
        VersionId id = new VersionId("folders", 1);
        registry.add("folders", 1, Models.folder(Models.FIRST));
        Path first = restarted().read(id, folder -> folder);
        int downloads = registry.downloads();
        registry.setDown(true);
        try {
            assertThat(restarted().<Path>read(id, folder -> folder)).isEqualTo(first);
        } finally {
            registry.setDown(false);
        }
        assertThat(registry.downloads()).isEqualTo(downloads);
    }

    @Test
    void fetchesAgainWhatIsDamagedOnDisk() throws Exception {
        VersionId id = new VersionId("damaged", 1);
        registry.add("damaged", 1, Models.folder(Models.SECOND));
        Path folder = restarted().read(id, found -> found);
        byte[] good = Files.readAllBytes(folder.resolve("model.tribuo"));
        Files.write(folder.resolve("model.tribuo"), new byte[good.length]);

        Path again = restarted().read(id, found -> found);

        assertThat(Files.readAllBytes(again.resolve("model.tribuo"))).isEqualTo(good);
    }

    @Test
    void neverWritesOutsideItsFolder() {
        registry.add("escape", 1, Map.of("../../outside", new byte[] {1}));

        assertThatThrownBy(() -> restarted().read(new VersionId("escape", 1), folder -> folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("unusable name");
    }
}
