package io.millrace.formats.savedmodel;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.runtime.descriptor.ModelDescriptor;
import io.millrace.runtime.descriptor.ModelFolder;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.ModelFormat;
import io.millrace.runtime.spi.ModelFormatContract;
import io.millrace.runtime.spi.Signature;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The contract with a model that TensorFlow saved, in a folder that declares classes and gaps. */
@EnabledIfSystemProperty(
        named = "millrace.formats",
        matches = "true",
        disabledReason = "needs TensorFlow, -Dmillrace.formats=true")
class SavedModelFormatTest extends ModelFormatContract {

    static final Signature SIGNATURE = Signature.binary(
            List.of(
                    Column.required("amount", ColumnType.FLOAT64),
                    Column.optional("age", ColumnType.FLOAT64),
                    Column.optional("country", ColumnType.STRING)),
            "no",
            "yes");

    @Override
    protected ModelFormat format() {
        return new SavedModelFormat();
    }

    @Override
    protected void save(Path target) throws Exception {
        Models.copy("columns", target);
        byte[] graph = Files.readAllBytes(target.resolve(modelFile()));
        new ModelFolder(target)
                .write(
                        ModelDescriptor.of(SavedModelFormat.NAME, SIGNATURE, null),
                        modelFile(),
                        graph,
                        Optional.empty());
    }

    @Override
    protected List<Map<String, Object>> rows() {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (JsonNode given : Models.expected("columns").path("rows")) {
            Map<String, Object> row = new HashMap<>();
            row.put("amount", given.path("amount").doubleValue());
            row.put("age", given.path("age").isNull() ? null : given.path("age").doubleValue());
            row.put(
                    "country",
                    given.path("country").isNull()
                            ? null
                            : given.path("country").asText());
            rows.add(row);
        }
        return rows;
    }

    @Override
    protected double[] scores() {
        return Models.numbers(Models.expected("columns").path("probability"));
    }

    @Override
    protected double tolerance() {
        return 2e-6;
    }

    @Override
    protected String modelFile() {
        return SavedModelFolder.GRAPH_FILE;
    }

    @Override
    protected List<String> companions() {
        return List.of();
    }
}
