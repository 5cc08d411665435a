package io.millrace.runtime.catalog;

import io.millrace.runtime.descriptor.ForeignFolder;
import io.millrace.runtime.descriptor.ModelDescriptor;
import io.millrace.runtime.descriptor.ModelFolder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A format that a deployment adds, because its native libraries are large. Known here only to say that it is missing. */
public enum OptionalFormat {
    TORCHSCRIPT("torchscript", List.of(".pt", ".pth")),
    SAVEDMODEL("savedmodel", List.of("saved_model.pb"));

    private final String format;
    private final List<String> endings;

    OptionalFormat(String format, List<String> endings) {
        this.format = format;
        this.endings = endings;
    }

    /** Name of the format when it is there. */
    public String format() {
        return format;
    }

    /** What to tell people whose model needs it. */
    public String missing() {
        return format + " models need the optional format " + format + ", which is not added here, see docs/formats.md";
    }

    /** The one that a folder looks like: by its descriptor, or without one by the names of its files. */
    static Optional<OptionalFormat> of(Path folder) {
        ModelFolder files = new ModelFolder(folder);
        Optional<String> declared = files.peekDescriptor().map(ModelDescriptor::format);
        if (declared.isPresent()) {
            return Arrays.stream(values())
                    .filter(known -> known.format.equals(declared.get()))
                    .findFirst();
        }
        if (files.mentions(ModelDescriptor.FILE) || files.mentions(ForeignFolder.MLMODEL)) {
            return Optional.empty();
        }
        return Arrays.stream(values())
                .filter(known -> known.endings.stream()
                        .anyMatch(ending -> !files.findBySuffix(ending).isEmpty()))
                .findFirst();
    }
}
