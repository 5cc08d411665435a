package io.millrace.runtime.xgboost;

import io.millrace.runtime.descriptor.ForeignFolder;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ForeignFormat;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.tree.Booster;
import io.millrace.runtime.tree.BoosterModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A folder with one file that XGBoost's {@code save_model} wrote as JSON or UBJ, with or without a {@code model.json} of
 * ours. One prediction always uses the calling thread; {@link LoadOptions#threads} does not matter.
 */
public final class XgboostFormat implements ForeignFormat {

    public static final String NAME = "xgboost";

    private static final long MAX_BYTES = 512L << 20;

    @Override
    public String name() {
        return NAME;
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

    private static ForeignFolder folder(Path folder) {
        return new ForeignFolder(folder, NAME, XgboostFormat::begins, MAX_BYTES);
    }

    private static Booster booster(byte[] model) {
        try {
            return XgboostFile.read(begins(model) && model[1] == 'L' ? Ubj.read(model) : Json.read(model));
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException("the XGBoost model is corrupted: " + e.getMessage(), e);
        }
    }

    /** Both forms begin with an object that has the key "learner" or, before 1.7, first "version". */
    private static boolean begins(byte[] head) {
        String text = new String(head, 0, Math.min(64, head.length), StandardCharsets.ISO_8859_1).replaceAll("\\s", "");
        return text.startsWith("{\"learner\":{")
                || text.startsWith("{\"version\":[")
                || text.startsWith("{L\0\0\0\0\0\0\0\7learner{")
                || text.startsWith("{L\0\0\0\0\0\0\0\7version[");
    }
}
