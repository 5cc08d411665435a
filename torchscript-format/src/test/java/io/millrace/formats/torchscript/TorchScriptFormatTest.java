package io.millrace.formats.torchscript;

import io.millrace.runtime.descriptor.ModelDescriptor;
import io.millrace.runtime.descriptor.ModelFolder;
import io.millrace.runtime.spi.ModelFormat;
import io.millrace.runtime.spi.ModelFormatContract;
import io.millrace.runtime.training.GeneratedData;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The contract with an archive that reads fitted features; its scores are summed up here once more. */
@EnabledIfSystemProperty(
        named = "millrace.formats",
        matches = "true",
        disabledReason = "needs libtorch, -Dmillrace.formats=true")
class TorchScriptFormatTest extends ModelFormatContract {

    private static final GeneratedData DATA = new GeneratedData(400, 5);

    @Override
    protected ModelFormat format() {
        return new TorchScriptFormat();
    }

    @Override
    protected void save(Path target) throws Exception {
        new ModelFolder(target)
                .write(
                        ModelDescriptor.of(TorchScriptFormat.NAME, GeneratedData.binarySignature(), null),
                        modelFile(),
                        Models.bytes("features.pt"),
                        Optional.of(DATA.features()));
    }

    @Override
    protected List<Map<String, Object>> rows() {
        return DATA.maps();
    }

    @Override
    protected double[] scores() {
        double[] features = DATA.features().transform(DATA.rows);
        int width = DATA.features().width();
        double[] scores = new double[DATA.rows.size()];
        for (int row = 0; row < scores.length; row++) {
            double sum = 0;
            for (int i = 0; i < width; i++) {
                sum += (i * 7 % 5 - 2.5) * 0.1 * features[row * width + i];
            }
            scores[row] = 1 / (1 + Math.exp(-sum));
        }
        return scores;
    }

    @Override
    protected double tolerance() {
        return 2e-6;
    }

    @Override
    protected String modelFile() {
        return "model.pt";
    }
}
