package io.millrace.runtime.onnx;

import io.millrace.runtime.spi.ModelFormat;
import io.millrace.runtime.spi.ModelFormatContract;
import io.millrace.runtime.spi.Output;
import io.millrace.runtime.training.GeneratedData;
import io.millrace.runtime.training.TrainedModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class OnnxFormatTest extends ModelFormatContract {

    private static final GeneratedData DATA = new GeneratedData(400, 5);
    private static final TrainedModel TRAINED = GeneratedData.train(
            "xgboost.classification", Map.of("rounds", 10, "maxDepth", 4), GeneratedData.binarySignature(), DATA);

    @Override
    protected ModelFormat format() {
        return new OnnxFormat();
    }

    @Override
    protected void save(Path target) throws Exception {
        TRAINED.saveOnnx(target);
    }

    @Override
    protected List<Map<String, Object>> rows() {
        return DATA.maps();
    }

    @Override
    protected double[] scores() {
        return TRAINED.predict(DATA.rows).number(Output.PROBABILITY);
    }

    @Override
    protected double tolerance() {
        return 2e-6;
    }

    @Override
    protected String modelFile() {
        return OnnxFormat.MODEL_FILE;
    }
}
