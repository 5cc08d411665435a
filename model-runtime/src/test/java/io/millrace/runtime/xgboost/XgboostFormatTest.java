package io.millrace.runtime.xgboost;

import io.millrace.runtime.descriptor.ModelDescriptor;
import io.millrace.runtime.descriptor.ModelFolder;
import io.millrace.runtime.spi.ModelFormat;
import io.millrace.runtime.spi.ModelFormatContract;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.tree.Fixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class XgboostFormatTest extends ModelFormatContract {

    private static final Fixtures FIXTURES = new Fixtures("xgboost");

    @Override
    protected ModelFormat format() {
        return new XgboostFormat();
    }

    @Override
    protected void save(Path target) throws Exception {
        new ModelFolder(target)
                .write(
                        ModelDescriptor.of("xgboost", Signature.binary(Fixtures.INPUTS, "no", "yes"), null),
                        modelFile(),
                        Files.readAllBytes(FIXTURES.file("categorical.ubj")),
                        Optional.empty());
    }

    @Override
    protected List<Map<String, Object>> rows() {
        return Fixtures.rows();
    }

    @Override
    protected double[] scores() {
        return FIXTURES.single("categorical");
    }

    @Override
    protected double tolerance() {
        return 1e-6;
    }

    @Override
    protected String modelFile() {
        return "booster.ubj";
    }

    @Override
    protected List<String> companions() {
        return List.of();
    }
}
