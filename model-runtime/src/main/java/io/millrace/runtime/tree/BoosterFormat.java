package io.millrace.runtime.tree;

import io.millrace.runtime.descriptor.FileFormat;
import io.millrace.runtime.descriptor.ModelDescriptor;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormatException;
import java.util.List;
import java.util.Optional;

/** One file that a library of boosted trees wrote. */
public abstract class BoosterFormat extends FileFormat {

    private static final long MAX_BYTES = 512L << 20;

    /** @param name the format's name */
    protected BoosterFormat(String name) {
        super(name, MAX_BYTES);
    }

    /** @throws ModelFormatException when the bytes are no such model, or a corrupted one */
    protected abstract Booster booster(byte[] model);

    @Override
    protected LoadedModel model(byte[] file, List<Column> inputs, Optional<ModelDescriptor> descriptor) {
        Booster booster = booster(file);
        return descriptor.isPresent()
                ? BoosterModel.declared(booster, descriptor.get())
                : BoosterModel.discovered(booster, inputs);
    }
}
