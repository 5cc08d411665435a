package io.millrace.registry.mlflow;

import io.millrace.registry.artifact.Artifact;
import io.millrace.registry.mlflow.Wire.FileMessage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Shows a flat list of files as folders. */
final class Folders {

    private Folders() {}

    /** A path without parts that lead nowhere: clients ask for {@code ./dir} when they download all there is. */
    static String plain(String path) {
        return ("/" + path).replaceAll("/\\.(?=/|$)", "").replaceAll("^/|/+$", "");
    }

    /** The files and folders directly in a folder, with their whole paths. A file in place of the folder holds none. */
    static List<FileMessage> children(List<Artifact> files, String folder) {
        String prefix = folder.isEmpty() ? "" : folder + "/";
        Map<String, FileMessage> children = new TreeMap<>();
        for (Artifact file : files) {
            if (file.path().startsWith(prefix)) {
                int slash = file.path().indexOf('/', prefix.length());
                String path = slash < 0 ? file.path() : file.path().substring(0, slash);
                children.put(
                        path,
                        slash < 0 ? new FileMessage(path, false, file.sizeBytes()) : new FileMessage(path, true, null));
            }
        }
        return List.copyOf(children.values());
    }
}
