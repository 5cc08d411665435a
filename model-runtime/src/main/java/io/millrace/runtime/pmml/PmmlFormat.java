package io.millrace.runtime.pmml;

import io.millrace.runtime.descriptor.ForeignFolder;
import io.millrace.runtime.descriptor.ModelDescriptor;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ForeignFormat;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormatException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.pmml4s.model.Model;

/**
 * A folder with one PMML document, with or without a {@code model.json} of ours. One prediction always uses the calling
 * thread; {@link LoadOptions#threads} does not matter.
 */
public final class PmmlFormat implements ForeignFormat {

    public static final String NAME = "pmml";

    /** PMML4S takes about ten times the document. */
    private static final long MAX_BYTES = 64L << 20;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean recognises(Path folder) {
        return folder(folder).recognised();
    }

    @Override
    public LoadedModel load(Path folder, LoadOptions options) {
        ForeignFolder.Content content = folder(folder).read();
        return model(content.model(), List.of(), content.descriptor());
    }

    @Override
    public LoadedModel open(Path model, List<Column> inputs, LoadOptions options) {
        return model(ForeignFolder.read(model, MAX_BYTES), inputs, Optional.empty());
    }

    private static ForeignFolder folder(Path folder) {
        return new ForeignFolder(folder, NAME, PmmlFormat::begins, MAX_BYTES);
    }

    private static boolean begins(byte[] head) {
        return new String(head, StandardCharsets.ISO_8859_1).contains("<PMML");
    }

    private static LoadedModel model(byte[] document, List<Column> inputs, Optional<ModelDescriptor> descriptor) {
        SafeXml.Document checked = SafeXml.check(document);
        Model model;
        try {
            model = Model.fromString(checked.text());
        } catch (Exception | StackOverflowError e) {
            // PMML4S throws exceptions of Scala of many kinds for documents that say what it does not know.
            throw new ModelFormatException("the PMML document cannot be run: " + e.getMessage(), e);
        }
        if (model == null || !model.isScorable()) {
            throw new ModelFormatException("the PMML document has no model that can be run");
        }
        PmmlSchema schema = PmmlSchema.of(model, checked.values());
        return new PmmlModel(
                model,
                schema,
                descriptor.isPresent() ? schema.declared(descriptor.get()) : schema.signature(inputs),
                10L * document.length);
    }
}
