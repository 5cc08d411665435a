package io.millrace.serving.model;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The last few rows each model was asked about, in memory only: a new version warms up on them. Guarded by itself. */
@ApplicationScoped
public class RecordedRows {

    static final int PER_MODEL = 32;
    private static final int MAX_MODELS = 1000;

    private final Map<String, ArrayDeque<Map<String, ?>>> rows = new HashMap<>();

    /** Remembers a row, which must not change any more. */
    public synchronized void add(String model, Map<String, ?> row) {
        ArrayDeque<Map<String, ?>> last = rows.get(model);
        if (last == null) {
            if (rows.size() >= MAX_MODELS) {
                return;
            }
            last = new ArrayDeque<>(PER_MODEL);
            rows.put(model, last);
        }
        if (last.size() == PER_MODEL) {
            last.removeFirst();
        }
        last.addLast(row);
    }

    synchronized List<Map<String, ?>> of(String model) {
        return new ArrayList<>(rows.getOrDefault(model, new ArrayDeque<>()));
    }
}
