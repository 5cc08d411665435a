package io.millrace.serving.openinference.tensor;

import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.Rows;
import io.millrace.serving.inference.Elements;
import io.millrace.serving.predictionlog.RowValues;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Texts of a tensor. */
record TextElements(List<@Nullable Object> texts) implements Elements {

    @Override
    public @Nullable Object value(int at) {
        return texts.get(at);
    }

    @Override
    public void give(int at, String column, RowValues.Receiver to) {
        to.other(column, texts.get(at));
    }

    @Override
    public boolean set(int at, Rows.Builder rows, int column, ColumnType type) {
        rows.set(column, texts.get(at));
        return true;
    }

    @Override
    public double @Nullable [] numbers(int start, int step, int count) {
        return null;
    }
}
