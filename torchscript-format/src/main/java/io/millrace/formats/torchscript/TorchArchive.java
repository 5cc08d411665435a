package io.millrace.formats.torchscript;

import io.millrace.runtime.spi.ModelFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/**
 * Looks at an archive before libtorch does. TorchScript is a language of its own in which a model can read and write files
 * and call other machines, and an archive may name classes that load libraries; an uploaded model has no need of these.
 */
final class TorchArchive {

    private static final int MAX_ENTRIES = 100_000;
    private static final long MAX_BYTES = 2L << 30;
    private static final int MAX_TEXT = 64 << 20;

    /** The first entry of an archive lies in a folder that all share. */
    private static final Pattern FIRST =
            Pattern.compile("[^/]+/(data\\.pkl|constants\\.pkl|version|byteorder|\\.?data/.+|code/.+|extra/.+)");

    /** Operators for files and for other machines, of libtorch 2.7. */
    private static final Pattern OUTSIDE = Pattern.compile(
            "\\b(from_file|save|rpc_(?:sync|async|remote)|\\w*c10d\\w*" + "|symm_mem|debugprims|inductor|_dtensor)\\b");

    /** Classes in C++; those of quantized weights hold numbers, others load libraries or open connections. */
    private static final Pattern CLASSES = Pattern.compile("torch[.\\s]+classes[.\\s]+(?!quantized\\b|rnn\\b)(\\w+)");

    /** Two literals side by side are one; with getattr they could spell an operator. */
    private static final Pattern SPELLED = Pattern.compile("\\\\|[\"']\\s*[\"']");

    private TorchArchive() {}

    /** Whether the first bytes of a file are those of an archive of PyTorch, TorchScript or pickle. */
    static boolean begins(byte[] head) {
        if (head.length < 31 || head[0] != 'P' || head[1] != 'K' || head[2] != 3 || head[3] != 4) {
            return false;
        }
        int length = (head[26] & 0xff) | (head[27] & 0xff) << 8;
        return FIRST.matcher(new String(head, 30, Math.min(length, head.length - 30), StandardCharsets.UTF_8))
                .matches();
    }

    /** @throws ModelFormatException when the bytes are no archive of TorchScript that may be run */
    static void check(byte[] archive) {
        // Without the local headers: libtorch reads the central directory as well.
        try (ZipFile zip = ZipFile.builder()
                .setSeekableByteChannel(new SeekableInMemoryByteChannel(archive))
                .setIgnoreLocalFileHeader(true)
                .get()) {
            check(zip);
        } catch (IOException | IllegalArgumentException e) {
            throw new ModelFormatException("the TorchScript archive is corrupted: " + e.getMessage(), e);
        }
    }

    private static void check(ZipFile zip) throws IOException {
        Set<String> names = new HashSet<>();
        String top = null;
        boolean code = false;
        long total = 0;
        for (Enumeration<ZipArchiveEntry> all = zip.getEntries(); all.hasMoreElements(); ) {
            ZipArchiveEntry entry = all.nextElement();
            String name = entry.getName();
            int slash = name.indexOf('/');
            if (slash < 1 || !plain(name) || !names.add(name) || names.size() > MAX_ENTRIES) {
                throw new ModelFormatException("the TorchScript archive has an unusable entry " + name);
            }
            if (top != null && !name.startsWith(top)) {
                throw new ModelFormatException("the TorchScript archive has more than one folder");
            }
            top = name.substring(0, slash + 1);
            total += entry.getSize();
            if (entry.getSize() < 0 || total > MAX_BYTES) {
                throw new ModelFormatException(
                        "the TorchScript archive unpacks to more than the limit of " + MAX_BYTES + " bytes");
            }
            String inside = name.substring(top.length());
            if (inside.endsWith(".py")) {
                code |= inside.startsWith("code/");
                checkCode(inside, text(zip, entry));
            } else if (inside.endsWith(".pkl")) {
                checkPickle(inside, text(zip, entry));
            }
        }
        if (!names.contains(top + "data.pkl")) {
            throw new ModelFormatException("the file is no TorchScript archive: it has no data.pkl");
        }
        if (!code || !names.contains(top + "constants.pkl")) {
            throw new ModelFormatException("the file is a pickle of torch.save, which only Python reads: save what"
                    + " torch.jit.script or torch.jit.trace makes of the model, or export it with torch.onnx.export;"
                    + " or serve it with an Open Inference server and register an external.json that points to it");
        }
    }

    private static boolean plain(String name) {
        for (String part : name.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                return false;
            }
        }
        return name.chars().allMatch(c -> c >= ' ' && c != '\\' && c != ':');
    }

    private static String text(ZipFile zip, ZipArchiveEntry entry) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes(MAX_TEXT + 1);
            if (bytes.length > MAX_TEXT) {
                throw new ModelFormatException(
                        entry.getName() + " of the TorchScript archive has more than " + MAX_TEXT + " bytes");
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    private static void checkCode(String name, String code) {
        refuse(name, OUTSIDE.matcher(code));
        refuse(name, CLASSES.matcher(code));
        if (code.contains("getattr") && SPELLED.matcher(code).find()) {
            throw new ModelFormatException(name + " of the TorchScript archive calls getattr in a file with texts that"
                    + " are put together, which is not allowed");
        }
    }

    /** Names of classes, which a pickle writes as plain text, the module and the class on lines of their own. */
    private static void checkPickle(String name, String pickle) {
        refuse(name, CLASSES.matcher(pickle));
    }

    private static void refuse(String name, Matcher found) {
        if (found.find()) {
            throw new ModelFormatException(name + " of the TorchScript archive uses " + found.group(1)
                    + ", which reaches outside of the model");
        }
    }
}
