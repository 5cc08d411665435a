package io.millrace.registry.mlflow;

import io.millrace.common.error.PlatformException;
import io.millrace.common.error.PlatformException.Missing;
import io.millrace.registry.artifact.ArtifactPath;

/** Says errors in the words of MLflow's server, which its clients, and the scripts around them, look for. */
final class MlflowWords {

    private MlflowWords() {}

    static PlatformException of(PlatformException error) {
        Missing missing = error.missing();
        return missing == null
                ? error
                : new PlatformException(error.code(), missing(error.detail(), missing.kind(), missing.id()));
    }

    private static String missing(String own, String kind, String id) {
        if (kind.startsWith("tag of logged model ")) {
            return "No tag with key '" + id + "' for " + kind.substring("tag of ".length());
        }
        if (kind.equals("tag") || kind.startsWith("tag of ")) {
            return "No tag with name: " + id;
        }
        return switch (kind) {
            case "run" -> "Run with id=" + id + " not found";
            case "logged model" -> "Logged model with ID '" + id + "' not found.";
            case "webhook" -> "Webhook with ID " + id + " not found.";
            case "model" -> "Registered Model with name=" + id + " not found";
            case "model version" -> {
                int slash = id.lastIndexOf('/');
                yield "Model Version (name=" + id.substring(0, slash) + ", version=" + id.substring(slash + 1)
                        + ") not found";
            }
            default -> own;
        };
    }

    /** A path of a file. Where MLflow has a path for its pages it says no more than that one is invalid. */
    static ArtifactPath path(String path) {
        try {
            return new ArtifactPath(path);
        } catch (PlatformException e) {
            throw PlatformException.invalid("/path", "Invalid path");
        }
    }
}
