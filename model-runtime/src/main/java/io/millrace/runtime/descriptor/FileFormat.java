package io.millrace.runtime.descriptor;

import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ForeignFormat;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.LoadedModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A folder with one file of another tool, with or without a {@code model.json} of ours. One prediction always uses the calling
 * thread; {@link LoadOptions#threads} does not matter.
 */
public abstract class FileFormat implements ForeignFormat {

    private final String name;
    private final long maxBytes;

    /**
     * @param name the format's name
     * @param maxBytes largest model file
     */
    protected FileFormat(String name, long maxBytes) {
        this.name = name;
        this.maxBytes = maxBytes;
    }

    /** Whether the first bytes of a file (4,096 at most) are those of the format. */
    protected abstract boolean begins(byte[] head);

    /**
     * The model of a file's bytes.
     *
     * @param inputs the columns as another tool knows them; empty when only the model or the descriptor speaks
     * @param descriptor what the folder declares
     * @throws io.millrace.runtime.spi.ModelFormatException when the bytes are no such model, or do not fit what is declared
     */
    protected abstract LoadedModel model(byte[] file, List<Column> inputs, Optional<ModelDescriptor> descriptor);

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final boolean recognises(Path folder) {
        return folder(folder).recognised();
    }

    @Override
    public final LoadedModel load(Path folder, LoadOptions options) {
        ForeignFolder.Content content = folder(folder).read();
        return model(content.model(), List.of(), content.descriptor());
    }

    @Override
    public final LoadedModel open(Path model, List<Column> inputs, LoadOptions options) {
        return model(ForeignFolder.read(model, maxBytes), inputs, Optional.empty());
    }

    private ForeignFolder folder(Path folder) {
        return new ForeignFolder(folder, name, this::begins, maxBytes);
    }
}
