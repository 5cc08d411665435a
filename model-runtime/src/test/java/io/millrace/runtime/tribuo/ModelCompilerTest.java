package io.millrace.runtime.tribuo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.runtime.descriptor.TargetTransform;
import io.millrace.runtime.feature.FittedFeatures;
import io.millrace.runtime.onnx.OnnxExport;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Prediction;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.training.GeneratedData;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.dtree.CARTClassificationTrainer;
import org.tribuo.classification.ensemble.VotingCombiner;
import org.tribuo.common.tree.RandomForestTrainer;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/** Tribuo models that Millrace's trainers do not make. */
class ModelCompilerTest {

    private static final GeneratedData DATA = new GeneratedData(300, 9);
    private static final FittedFeatures FEATURES = DATA.features().withQuantileBins(DATA.rows, 16);

    @TempDir
    Path folder;

    private static MutableDataset<Label> dataset() {
        MutableDataset<Label> dataset = new MutableDataset<>(
                new SimpleDataSourceProvenance("generated", new LabelFactory()), new LabelFactory());
        double[] matrix = FEATURES.transform(DATA.rows);
        int width = FEATURES.width();
        for (int row = 0; row < DATA.rows.size(); row++) {
            dataset.add(new ArrayExample<>(
                    new Label(DATA.three[row]),
                    FEATURES.names().toArray(String[]::new),
                    Arrays.copyOfRange(matrix, row * width, (row + 1) * width)));
        }
        return dataset;
    }

    @Test
    void leavesAForestThatVotesToTribuo() throws Exception {
        Model<Label> votes = new RandomForestTrainer<>(
                        new CARTClassificationTrainer(4, 0.5f, 1), new VotingCombiner(), 7, 1)
                .train(dataset());
        Signature signature = GeneratedData.threeSignature();

        assertThat(ModelCompiler.compile(votes, FEATURES.names(), signature)).isEmpty();
        assertThatThrownBy(() -> OnnxExport.export(votes, signature, FEATURES))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("cannot be exported to ONNX");
        TribuoModelWriter.write(folder, votes, signature, FEATURES, TargetTransform.NONE);
        try (LoadedModel loaded = new TribuoFormat().load(folder, LoadOptions.online())) {
            Prediction prediction = loaded.predict(DATA.rows);
            // seven votes
            for (double probability : prediction.number("probability")) {
                assertThat(probability * 7).isCloseTo(Math.rint(probability * 7), within(1e-5));
            }
            assertThat(prediction.label("label")).contains("low", "mid", "high");
        }
    }

    @Test
    void refusesAModelThatIsNotOfItsSignatureOrFeatures() {
        Model<Label> tree = new CARTClassificationTrainer(3).train(dataset());

        assertThatThrownBy(() -> ModelCompiler.compile(tree, FEATURES.names(), GeneratedData.binarySignature()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith("the model predicts a class the signature does not have: ");
        assertThatThrownBy(() -> ModelCompiler.compile(tree, FEATURES.names(), GeneratedData.numberSignature()))
                .hasMessage("the model's outputs do not fit a REGRESSION signature");
        assertThatThrownBy(() -> ModelCompiler.compile(tree, List.of("age"), GeneratedData.threeSignature()))
                .hasMessageStartingWith("the model reads a feature that features.json does not make: ");
    }

    @Test
    void givesAClassTheModelHasNeverSeenNoProbability() {
        Signature wider = Signature.multiclass(GeneratedData.INPUTS, List.of("never", "low", "mid", "high"));
        TribuoModel model = new TribuoModel(
                GeneratedData.train("logistic.classification", java.util.Map.of(), GeneratedData.threeSignature(), DATA)
                        .tribuo(),
                wider,
                DATA.features(),
                TargetTransform.NONE);

        double[] probability = model.predict(DATA.rows).number("probability");

        assertThat(model.compiled()).isPresent();
        for (int row = 0; row < DATA.rows.size(); row++) {
            assertThat(probability[row * 4]).isZero();
            assertThat(probability[row * 4 + 1] + probability[row * 4 + 2] + probability[row * 4 + 3])
                    .isCloseTo(1, within(1e-12));
        }
    }
}
