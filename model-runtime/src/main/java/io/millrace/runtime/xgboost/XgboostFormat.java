package io.millrace.runtime.xgboost;

import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.tree.Booster;
import io.millrace.runtime.tree.BoosterFormat;
import java.nio.charset.StandardCharsets;

/** What XGBoost's {@code save_model} wrote as JSON or UBJ. */
public final class XgboostFormat extends BoosterFormat {

    public static final String NAME = "xgboost";

    public XgboostFormat() {
        super(NAME);
    }

    @Override
    protected Booster booster(byte[] model) {
        try {
            return XgboostFile.read(begins(model) && model[1] == 'L' ? Ubj.read(model) : Json.read(model));
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException("the XGBoost model is corrupted: " + e.getMessage(), e);
        }
    }

    /** Both forms begin with an object that has the key "learner" or, before 1.7, first "version". */
    @Override
    protected boolean begins(byte[] head) {
        String text = new String(head, 0, Math.min(64, head.length), StandardCharsets.ISO_8859_1).replaceAll("\\s", "");
        return text.startsWith("{\"learner\":{")
                || text.startsWith("{\"version\":[")
                || text.startsWith("{L\0\0\0\0\0\0\0\7learner{")
                || text.startsWith("{L\0\0\0\0\0\0\0\7version[");
    }
}
