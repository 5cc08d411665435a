package io.millrace.runtime.lightgbm;

import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.tree.Booster;
import io.millrace.runtime.tree.BoosterFormat;
import java.nio.charset.StandardCharsets;

/** What LightGBM's {@code save_model} wrote. */
public final class LightgbmFormat extends BoosterFormat {

    public static final String NAME = "lightgbm";

    public LightgbmFormat() {
        super(NAME);
    }

    @Override
    protected boolean begins(byte[] head) {
        String text = new String(head, 0, Math.min(32, head.length), StandardCharsets.ISO_8859_1);
        return text.startsWith("tree\nversion=") || text.startsWith("tree\r\nversion=");
    }

    @Override
    protected Booster booster(byte[] model) {
        if (!begins(model)) {
            throw new ModelFormatException("the file is no LightGBM text model");
        }
        try {
            return LightgbmFile.read(model);
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException("the LightGBM model is corrupted: " + e.getMessage(), e);
        }
    }
}
