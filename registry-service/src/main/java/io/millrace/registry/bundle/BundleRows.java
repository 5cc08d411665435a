package io.millrace.registry.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Reads a bundle's rows. */
final class BundleRows {

    private static final int BATCH = 1000;

    private final Bundle bundle;
    private final ObjectMapper json;

    BundleRows(Bundle bundle, ObjectMapper json) {
        this.bundle = bundle;
        this.json = json;
    }

    /** All rows of a table, for those that are few. */
    List<ObjectNode> all(BundleTable table) {
        List<ObjectNode> rows = new ArrayList<>();
        batches(table, rows::addAll);
        return rows;
    }

    /** Gives the rows of a table by the thousand. */
    void batches(BundleTable table, Consumer<List<ObjectNode>> to) {
        if (!Files.exists(bundle.rows(table))) {
            return;
        }
        List<ObjectNode> batch = new ArrayList<>(BATCH);
        try (BufferedReader lines = Files.newBufferedReader(bundle.rows(table))) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                batch.add(row(table, line, ++number));
                if (batch.size() == BATCH) {
                    to.accept(batch);
                    batch = new ArrayList<>(BATCH);
                }
            }
        } catch (MalformedInputException e) {
            throw BundleReader.refused("has text in " + table.entry() + " that is not UTF-8");
        } catch (IOException e) {
            throw new UncheckedIOException("rows of a bundle cannot be read", e);
        }
        if (!batch.isEmpty()) {
            to.accept(batch);
        }
    }

    private ObjectNode row(BundleTable table, String line, int number) {
        try {
            if (json.readTree(line) instanceof ObjectNode row) {
                return row;
            }
        } catch (JsonProcessingException e) {
            // Said below, as for JSON that is no object.
        }
        throw BundleReader.refused("has no JSON object in " + table.entry() + " line " + number);
    }
}
