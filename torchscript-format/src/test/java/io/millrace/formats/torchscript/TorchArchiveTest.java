package io.millrace.formats.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.spi.ModelFormatException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused before libtorch sees it; needs no libtorch. */
class TorchArchiveTest {

    private static final String CODE = "named/code/__torch__.py";

    @TempDir
    Path folder;

    private static Map<String, byte[]> entries(String name) throws Exception {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(Models.bytes(name)))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        }
        return entries;
    }

    private static byte[] zip(Map<String, byte[]> entries) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        }
        return bytes.toByteArray();
    }

    private static AbstractThrowableAssert<?, ?> refused(byte[] archive) {
        return assertThatThrownBy(() -> TorchArchive.check(archive)).isInstanceOf(ModelFormatException.class);
    }

    private static AbstractThrowableAssert<?, ?> refused(String entry, String content) throws Exception {
        Map<String, byte[]> changed = entries("named.pt");
        changed.put(entry, content.getBytes(StandardCharsets.ISO_8859_1));
        return refused(zip(changed));
    }

    @Test
    void takesWhatPyTorchWrites() throws Exception {
        for (String name : List.of("binary", "three", "double", "named", "several", "words", "features")) {
            byte[] archive = Models.bytes(name + ".pt");
            assertThat(TorchArchive.begins(Arrays.copyOf(archive, 4096))).isTrue();
            assertThatCode(() -> TorchArchive.check(archive)).as(name).doesNotThrowAnyException();
        }
    }

    @Test
    void saysWhatToDoWithAPickle() throws Exception {
        for (String name : List.of("pickle.pth", "weights.pth")) {
            assertThat(TorchArchive.begins(Models.bytes(name))).isTrue();
            refused(Models.bytes(name))
                    .hasMessageContaining(
                            "is a pickle of torch.save, which only Python reads: save what torch.jit.script")
                    .hasMessageContaining("register an external.json");
        }
    }

    @Test
    void saysThatAnArchiveAloneHasNoColumns() throws Exception {
        Files.write(folder.resolve("model.pt"), Models.bytes("named.pt"));
        TorchScriptFormat format = new TorchScriptFormat();

        assertThat(format.recognises(folder)).isTrue();
        assertThatThrownBy(() -> format.load(folder, Models.OPTIONS))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("add a model.json with a signature");
        Files.write(folder.resolve("model.pt"), Models.bytes("pickle.pth"));
        assertThatThrownBy(() -> format.load(folder, Models.OPTIONS)).hasMessageContaining("is a pickle of torch.save");
    }

    @Test
    void refusesCodeThatReachesOutside() throws Exception {
        String code = new String(entries("named.pt").get(CODE), StandardCharsets.UTF_8);
        for (String call : List.of(
                "torch.from_file(\"/etc/passwd\", False, 10)",
                "torch . from_file (\"/etc/passwd\")",
                "ops.aten.from_file(\"/etc/passwd\")",
                "\"/etc/passwd\".from_file()",
                "torch.save(x, \"/tmp/x\")",
                "getattr(torch, \"save\")(x, \"/tmp/x\")",
                "ops.prim.rpc_sync(\"a\")",
                "ops._c10d_functional.all_reduce(x, \"sum\", \"0\")",
                "__torch__.torch.classes.aoti.AOTIModelRunnerCpu(\"/tmp/x.so\")")) {
            refused(CODE, code.replace("hidden = ", "y = " + call + "\n    hidden = "))
                    .as(call)
                    .hasMessageContaining("reaches outside of the model");
        }
        refused(CODE, code + "\n    y = getattr(torch, \"sa\" \"ve\")").hasMessageContaining("getattr");
        refused(CODE, code + "\n    y = getattr(torch, \"\\x73ave\")").hasMessageContaining("getattr");
    }

    @Test
    void refusesPicklesThatNameClassesOutside() throws Exception {
        refused("named/data.pkl", "\u0080\u0002c__torch__.torch.classes.aoti\nAOTIModelRunnerCpu\n.")
                .hasMessageContaining("data.pkl of the TorchScript archive uses aoti");
        refused("named/constants.pkl", "\u0080\u0002c__torch__.torch\nclasses.dist_c10d.Store\n.")
                .hasMessageContaining("uses dist_c10d");
    }

    @Test
    void refusesEntriesThatLeadElsewhere() throws Exception {
        for (String name : List.of("named/../x", "/etc/x", "x", "named/a\\b", "named//x", "other/x", "../named/x")) {
            refused(name, "x").as(name).hasMessageContaining("TorchScript archive has ");
        }
    }

    @Test
    void refusesAnArchiveThatLacksItsParts() throws Exception {
        Map<String, byte[]> entries = entries("named.pt");
        entries.remove("named/data.pkl");
        refused(zip(entries)).hasMessageContaining("it has no data.pkl");
        refused(zip(Map.of())).hasMessageContaining("it has no data.pkl");
    }

    @Test
    void refusesATruncatedArchive() throws Exception {
        byte[] archive = Models.bytes("binary.pt");
        for (int length : new int[] {0, 1, 100, archive.length / 2, archive.length - 1}) {
            refused(Arrays.copyOf(archive, length)).hasMessageContaining("archive is corrupted");
        }
    }

    @Test
    void refusesABomb() throws Exception {
        Map<String, byte[]> entries = entries("named.pt");
        entries.put("named/constants.pkl", new byte[65 << 20]);
        refused(zip(entries)).hasMessageContaining("constants.pkl of the TorchScript archive has more than");
    }
}
