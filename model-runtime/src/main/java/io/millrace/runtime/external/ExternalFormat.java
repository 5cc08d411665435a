package io.millrace.runtime.external;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.runtime.descriptor.ForeignFolder;
import io.millrace.runtime.descriptor.ModelFolder;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormat;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.ModelUnavailableException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A folder with an {@code external.json} that names a model on another Open Inference server. Loading asks that server for
 * the model's metadata, which becomes the signature. Rows go only to servers that {@link LoadOptions#externalServers} lists.
 */
public final class ExternalFormat implements ModelFormat {

    public static final String NAME = "external";

    private static final long MAX_BYTES = 64 << 10;
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean recognises(Path folder) {
        ModelFolder files = new ModelFolder(folder);
        return files.find(ExternalDescriptor.FILE).isPresent() && !files.mentions(ForeignFolder.MLMODEL);
    }

    @Override
    public LoadedModel load(Path folder, LoadOptions options) {
        Path file = new ModelFolder(folder)
                .find(ExternalDescriptor.FILE)
                .orElseThrow(() -> new ModelFormatException("the model folder has no file " + ExternalDescriptor.FILE));
        ExternalDescriptor descriptor;
        try {
            descriptor = JSON.readValue(ForeignFolder.read(file, MAX_BYTES), ExternalDescriptor.class);
        } catch (JacksonException e) {
            throw new ModelFormatException("external.json cannot be understood: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new ModelFormatException("cannot read external.json: " + e.getMessage(), e);
        }
        if (descriptor == null) {
            throw new ModelFormatException("external.json is empty");
        }
        Server server =
                new Server(descriptor.address(options.externalServers()), descriptor.timeout(), descriptor.tries());
        try {
            server.get("/ready");
            return new ExternalModel(server, Metadata.of(server.get(""), descriptor.columns()));
        } catch (ModelUnavailableException e) {
            throw new ModelFormatException("the external model cannot be used: " + e.getMessage(), e);
        }
    }
}
