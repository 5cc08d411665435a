package io.millrace.runtime.mlflow;

import io.millrace.runtime.catalog.FormatCatalog;
import io.millrace.runtime.catalog.OptionalFormat;
import io.millrace.runtime.descriptor.ForeignFolder;
import io.millrace.runtime.descriptor.ModelFolder;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ForeignFormat;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormat;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.WrapperFormat;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A folder that MLflow wrote. Its flavour picks the format; threads and memory are that format's. */
public final class MlflowFormat implements WrapperFormat {

    public static final String NAME = "mlflow";

    private static final long MAX_BYTES = 1 << 20;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean recognises(Path folder) {
        ModelFolder files = new ModelFolder(folder);
        return files.find(ForeignFolder.MLMODEL).isPresent()
                && files.peekDescriptor().isEmpty();
    }

    @Override
    public LoadedModel load(Path folder, LoadOptions options) {
        return load(folder, options, FormatCatalog.load()::find);
    }

    @Override
    public LoadedModel load(Path folder, LoadOptions options, Function<String, Optional<ModelFormat>> formats) {
        Path file = new ModelFolder(folder)
                .find(ForeignFolder.MLMODEL)
                .orElseThrow(() -> new ModelFormatException("the model folder has no file MLmodel"));
        Mlmodel model = Mlmodel.parse(ForeignFolder.read(file, MAX_BYTES));
        Flavour flavour = Arrays.stream(Flavour.values())
                .filter(known -> model.flavours().containsKey(known.key()))
                .findFirst()
                .orElseThrow(() -> new ModelFormatException(advice(model)));
        Path data = data(folder, model, flavour);
        if (!(formats.apply(flavour.format()).orElse(null) instanceof ForeignFormat format)) {
            throw new ModelFormatException(flavour.optional()
                    .map(OptionalFormat::missing)
                    .orElse("the format " + flavour.format() + " is not on the class path"));
        }
        List<Column> inputs = flavour == Flavour.PYTORCH && model.inputs().isEmpty() ? model.matrix() : model.inputs();
        try {
            return format.open(data, inputs, options);
        } catch (ModelFormatException e) {
            throw new ModelFormatException(
                    "MLflow flavour " + flavour.key() + ": " + e.getMessage() + pickled(data), e);
        }
    }

    private static Path data(Path folder, Mlmodel model, Flavour flavour) {
        Optional<String> given = flavour.data(model.flavours().getOrDefault(flavour.key(), Map.of()));
        if (flavour.optional().isEmpty()) {
            String data = given.orElseThrow(() -> new ModelFormatException(
                    "MLmodel does not say where the data of the flavour " + flavour.key() + " is"));
            Path path = inside(folder, data);
            if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new ModelFormatException(
                        "MLmodel names the data '" + data + "', which is not a file of the folder");
            }
            return path;
        }
        return given.map(data -> inside(folder, data))
                .filter(data -> Files.exists(data, LinkOption.NOFOLLOW_LINKS))
                .orElseThrow(() -> new ModelFormatException(advice(model)));
    }

    private static String pickled(Path data) {
        String name = String.valueOf(data.getFileName());
        return name.endsWith(".pkl") || name.endsWith(".pickle") || name.endsWith(".skops")
                ? ". " + name + " is a pickle, which only Python reads: log the booster (model.booster_) instead of the"
                        + " scikit-learn wrapper"
                : "";
    }

    /** A path that the file names, which must stay in the folder without passing a link. */
    private static Path inside(Path folder, String given) {
        Path path = folder;
        for (String part : given.split("/")) {
            path = path.resolve(part);
            if (part.isEmpty() || part.equals("..") || Files.isSymbolicLink(path)) {
                throw new ModelFormatException(
                        "MLmodel names the data '" + given + "', which is not inside the folder");
            }
        }
        return path;
    }

    private static String advice(Mlmodel model) {
        String flavours = String.join(", ", model.flavours().keySet());
        String how;
        if (model.flavours().containsKey("sklearn")) {
            how = "export it with skl2onnx and log it with mlflow.onnx.log_model";
        } else if (model.flavours().containsKey("tensorflow")
                || model.flavours().containsKey("keras")) {
            how = "export it with tf2onnx and log it with mlflow.onnx.log_model, or log it as a SavedModel"
                    + " (docs/formats.md)";
        } else if (model.flavours().containsKey("pytorch")) {
            how = "export it with torch.onnx.export and log it with mlflow.onnx.log_model, or log what"
                    + " torch.jit.script makes of it (docs/formats.md)";
        } else if (model.flavours().containsKey("catboost")) {
            how = "save it with save_model(format='onnx') and log it with mlflow.onnx.log_model";
        } else {
            how = "export the model to ONNX and log it with mlflow.onnx.log_model";
        }
        return "an MLflow model of the flavours " + flavours + " runs only in Python: " + how
                + ", or serve it with an Open Inference server such as MLServer and register an external.json that"
                + " points to it";
    }
}
