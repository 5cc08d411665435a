package io.millrace.runtime.pmml;

import io.millrace.runtime.spi.ModelFormatException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import org.xml.sax.Attributes;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.DefaultHandler;

/** Looks over a document before PMML4S does, which would read files and addresses that a document type names. */
final class SafeXml {

    private static final int MAX_DEPTH = 500;

    private SafeXml() {}

    /**
     * A document that has been looked over.
     *
     * @param values by data field the values that its data dictionary lists as valid
     */
    record Document(String text, Map<String, List<String>> values) {}

    /** A document that is well-formed UTF-8 XML without a document type and nested at most 500 deep. */
    static Document check(byte[] bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ModelFormatException("the PMML document must be UTF-8", e);
        }
        text = text.startsWith("\uFEFF") ? text.substring(1) : text;
        Reader reader = new Reader();
        try {
            SAXParserFactory factory = SAXParserFactory.newInstance();
            factory.setNamespaceAware(true);
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.newSAXParser().parse(new InputSource(new StringReader(text)), reader);
        } catch (SAXParseException e) {
            throw new ModelFormatException(
                    "the PMML document is refused, line " + e.getLineNumber() + ": " + e.getMessage(), e);
        } catch (SAXException | ParserConfigurationException | IOException e) {
            throw new ModelFormatException("the PMML document is refused: " + e.getMessage(), e);
        }
        return new Document(text, reader.values);
    }

    private static final class Reader extends DefaultHandler {
        private final Map<String, List<String>> values = new HashMap<>();
        private int depth;
        private String field = "";

        @Override
        public void startElement(String uri, String localName, String qName, Attributes attributes)
                throws SAXException {
            if (++depth > MAX_DEPTH) {
                throw new SAXException("it is nested more than " + MAX_DEPTH + " deep");
            }
            String value = attributes.getValue("value");
            String property = attributes.getValue("property");
            if (localName.equals("DataField")) {
                field = String.valueOf(attributes.getValue("name"));
            } else if (!field.isEmpty()
                    && localName.equals("Value")
                    && value != null
                    && (property == null || property.equals("valid"))) {
                values.computeIfAbsent(field, name -> new ArrayList<>()).add(value);
            }
        }

        @Override
        public void endElement(String uri, String localName, String qName) {
            depth--;
            if (localName.equals("DataField")) {
                field = "";
            }
        }
    }
}
