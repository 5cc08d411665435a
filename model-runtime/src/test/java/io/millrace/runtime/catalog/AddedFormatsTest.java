package io.millrace.runtime.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.descriptor.ModelDescriptor;
import io.millrace.runtime.descriptor.ModelFolder;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.ModelFormat;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Signature;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddedFormatsTest {

    private static final String SOURCE = """
        package added;

        import io.millrace.runtime.spi.*;
        import java.nio.file.*;

        public class Added implements ModelFormat {
            public String name() { return "NAME"; }
            public boolean recognises(Path folder) { return Files.exists(folder.resolve("added.txt")); }
            public LoadedModel load(Path folder, LoadOptions options) { throw new ModelFormatException("it was asked"); }
        }
        """;

    @TempDir
    Path folder;

    private Path jar(String sub, String name) throws Exception {
        Path classes = Files.createDirectories(folder.resolve("classes-" + sub));
        Path source = Files.writeString(
                Files.createDirectories(classes.resolve("added")).resolve("Added.java"), SOURCE.replace("NAME", name));
        int result = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-cp", System.getProperty("java.class.path"), source.toString());
        assertThat(result).isZero();
        Path jar =
                Files.createDirectories(folder.resolve("formats").resolve(sub)).resolve("added.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out)) {
            entries.putNextEntry(new JarEntry("added/Added.class"));
            Files.copy(classes.resolve("added/Added.class"), entries);
            entries.putNextEntry(new JarEntry("META-INF/services/" + ModelFormat.class.getName()));
            entries.write("added.Added".getBytes(StandardCharsets.UTF_8));
        }
        return folder.resolve("formats");
    }

    @Test
    void addsTheFormatsOfEachSubFolder() throws Exception {
        jar("one", "one");
        FormatCatalog catalog = FormatCatalog.load(jar("two", "two"));

        assertThat(catalog.names()).contains("one", "two", "onnx");
        Class<?> one = catalog.find("one").orElseThrow().getClass();
        assertThat(one.getName())
                .isEqualTo(catalog.find("two").orElseThrow().getClass().getName());
        assertThat(one).isNotEqualTo(catalog.find("two").orElseThrow().getClass());
        Files.writeString(folder.resolve("added.txt"), "");
        assertThatThrownBy(() -> catalog.open(folder, LoadOptions.online())).hasMessage("it was asked");
    }

    @Test
    void refusesAFolderThatHoldsNoFormats() throws Exception {
        Path formats = Files.createDirectory(folder.resolve("formats"));
        assertThatThrownBy(() -> FormatCatalog.load(folder.resolve("absent")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("cannot read the folder of formats");
        assertThatThrownBy(() -> FormatCatalog.load(formats)).hasMessageContaining("has no sub-folder with the jars");
        Files.createDirectory(formats.resolve("empty"));
        assertThatThrownBy(() -> FormatCatalog.load(formats)).hasMessageContaining("has a model format");
    }

    @Test
    void refusesASecondFormatOfAName() throws Exception {
        Path formats = jar("onnx", "onnx");

        assertThatThrownBy(() -> FormatCatalog.load(formats))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two formats of one name");
    }

    @Test
    void saysWhichOptionalFormatAModelNeeds() throws Exception {
        Path torch = Files.createDirectory(folder.resolve("torch"));
        Files.writeString(torch.resolve("model.pt"), "x");
        Path tensorflow = Files.createDirectory(folder.resolve("tensorflow"));
        Files.writeString(tensorflow.resolve("saved_model.pb"), "x");
        Path declared = folder.resolve("declared");
        new ModelFolder(declared)
                .write(
                        ModelDescriptor.of("torchscript", Signature.regression(List.of()), null),
                        "model.bin",
                        new byte[] {1},
                        Optional.empty());

        for (Path model : List.of(torch, declared)) {
            assertThatThrownBy(() -> FormatCatalog.load().open(model, LoadOptions.online()))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessage("torchscript models need the optional format torchscript, which is not added here, see"
                            + " docs/formats.md");
        }
        assertThatThrownBy(() -> FormatCatalog.load().open(tensorflow, LoadOptions.online()))
                .hasMessageStartingWith("savedmodel models need the optional format savedmodel");
    }
}
