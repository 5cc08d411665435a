package io.millrace.runtime.mlflow;

import io.millrace.runtime.catalog.OptionalFormat;
import java.util.Map;
import java.util.Optional;

/** A flavour of MLflow that another format reads, best first. */
enum Flavour {
    ONNX,
    XGBOOST,
    LIGHTGBM,
    PMML,
    TENSORFLOW(OptionalFormat.SAVEDMODEL) {
        @Override
        Optional<String> data(Map<?, ?> settings) {
            Optional<String> module = text(settings, "saved_model_dir");
            return module.isPresent() ? module : text(settings, "data").map(data -> data + "/model");
        }
    },
    KERAS(OptionalFormat.SAVEDMODEL) {
        @Override
        Optional<String> data(Map<?, ?> settings) {
            return text(settings, "data").map(data -> data + "/model");
        }
    },
    PYTORCH(OptionalFormat.TORCHSCRIPT) {
        @Override
        Optional<String> data(Map<?, ?> settings) {
            return text(settings, "model_data").map(data -> data + "/model.pth");
        }
    };

    private final Optional<OptionalFormat> optional;

    Flavour() {
        this.optional = Optional.empty();
    }

    Flavour(OptionalFormat optional) {
        this.optional = Optional.of(optional);
    }

    /** As MLmodel has it. */
    String key() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** The name of the format that reads it. */
    String format() {
        return optional.map(OptionalFormat::format).orElseGet(this::key);
    }

    /** The format, when it is one that a deployment adds. MLflow writes such a flavour also for models that only Python runs. */
    Optional<OptionalFormat> optional() {
        return optional;
    }

    /** Where the model is, relative to the folder, by the flavour's settings. */
    Optional<String> data(Map<?, ?> settings) {
        return text(settings, "data");
    }

    private static Optional<String> text(Map<?, ?> settings, String key) {
        return settings.get(key) instanceof String text ? Optional.of(text) : Optional.empty();
    }
}
