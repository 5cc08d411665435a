package io.millrace.runtime.pmml;

import io.millrace.runtime.descriptor.FileFormat;
import io.millrace.runtime.descriptor.ModelDescriptor;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormatException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.pmml4s.model.Model;

/** One PMML document. */
public final class PmmlFormat extends FileFormat {

    public static final String NAME = "pmml";

    /** PMML4S takes about ten times the document. */
    private static final long MAX_BYTES = 64L << 20;

    public PmmlFormat() {
        super(NAME, MAX_BYTES);
    }

    @Override
    protected boolean begins(byte[] head) {
        return new String(head, StandardCharsets.ISO_8859_1).contains("<PMML");
    }

    @Override
    protected LoadedModel model(byte[] document, List<Column> inputs, Optional<ModelDescriptor> descriptor) {
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
