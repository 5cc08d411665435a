package io.millrace.runtime.tree;

import io.millrace.runtime.descriptor.ForeignFolder;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ForeignFormat;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormatException;
import java.nio.file.Path;
import java.util.List;

/**
 * A folder with one file that a library of boosted trees wrote, with or without a {@code model.json} of ours. One prediction
 * always uses the calling thread; {@link LoadOptions#threads} does not matter.
 */
public abstract class BoosterFormat implements ForeignFormat {

    private static final long MAX_BYTES = 512L << 20;

    private final String name;

    /** @param name the format's name */
    protected BoosterFormat(String name) {
        this.name = name;
    }

    /** Whether the first bytes of a file are those of the format. */
    protected abstract boolean begins(byte[] head);

    /** @throws ModelFormatException when the bytes are no such model, or a corrupted one */
    protected abstract Booster booster(byte[] model);

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean recognises(Path folder) {
        return folder(folder).recognised();
    }

    @Override
    public LoadedModel load(Path folder, LoadOptions options) {
        ForeignFolder.Content content = folder(folder).read();
        Booster booster = booster(content.model());
        return content.descriptor().isPresent()
                ? BoosterModel.declared(booster, content.descriptor().get())
                : BoosterModel.discovered(booster, List.of());
    }

    @Override
    public LoadedModel open(Path model, List<Column> inputs, LoadOptions options) {
        return BoosterModel.discovered(booster(ForeignFolder.read(model, MAX_BYTES)), inputs);
    }

    private ForeignFolder folder(Path folder) {
        return new ForeignFolder(folder, name, this::begins, MAX_BYTES);
    }
}
