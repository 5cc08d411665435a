package io.millrace.runtime.pmml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.runtime.catalog.FormatCatalog;
import io.millrace.runtime.spi.Column;
import io.millrace.runtime.spi.ColumnType;
import io.millrace.runtime.spi.LoadOptions;
import io.millrace.runtime.spi.LoadedModel;
import io.millrace.runtime.spi.ModelFormatException;
import io.millrace.runtime.spi.Rows;
import io.millrace.runtime.spi.Signature;
import io.millrace.runtime.spi.SignatureException;
import io.millrace.runtime.spi.Task;
import io.millrace.runtime.tree.FixtureFormatContract;
import io.millrace.runtime.tree.Fixtures;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A logistic regression of scikit-learn, written as PMML, against scikit-learn's own answers; and made-up documents. */
class PmmlFormatTest extends FixtureFormatContract {

    private static final String REGRESSION = """
        <PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>
          <DataDictionary numberOfFields="2"><DataField name="age" optype="continuous" dataType="integer"/>
            <DataField name="y" optype="continuous" dataType="double"/></DataDictionary>
          <RegressionModel functionName="regression"><MiningSchema><MiningField name="age"/>
            <MiningField name="y" usageType="target"/></MiningSchema>
            <RegressionTable intercept="0.5"><NumericPredictor name="age" coefficient="0.3"/></RegressionTable>
          </RegressionModel></PMML>
        """;

    PmmlFormatTest() {
        super(new PmmlFormat(), "logistic.pmml", "model.pmml", 1e-9);
    }

    private LoadedModel open(String document) throws Exception {
        Path bare = Files.createDirectories(temporary.resolve("bare"));
        Files.writeString(bare.resolve("any.xml"), document);
        return FormatCatalog.load().open(bare, LoadOptions.online());
    }

    @Test
    void readsTheSignatureOffTheDocument() throws Exception {
        try (LoadedModel model = open(Files.readString(fixtures.file("logistic.pmml")))) {
            assertThat(model.signature().task()).isEqualTo(Task.BINARY);
            assertThat(model.signature().classes()).containsExactly("no", "yes");
            assertThat(model.signature().inputs())
                    .contains(
                            Column.optional("age", ColumnType.FLOAT64), Column.optional("country", ColumnType.STRING));
            double[][] answers = Fixtures.answers(model);
            for (int row = 0; row < answers.length; row++) {
                assertThat(answers[row]).containsExactly(new double[] {scores()[row]}, within(1e-9));
            }
        }
    }

    @Test
    void answersARegressionAndNamesTheValueItCannotDoWithout() throws Exception {
        try (LoadedModel model = open(REGRESSION)) {
            Signature signature = model.signature();
            assertThat(signature).isEqualTo(Signature.regression(List.of(Column.optional("age", ColumnType.INT64))));
            assertThat(model.predict(Rows.builder(signature)
                                    .add(Map.of("age", 10))
                                    .build())
                            .number("prediction"))
                    .containsExactly(new double[] {3.5}, within(1e-12));
            Rows missing = Rows.builder(signature).add(Map.of()).build();
            assertThatThrownBy(() -> model.predict(missing))
                    .isInstanceOf(SignatureException.class)
                    .hasMessage("row 0, column 'age': missing value, without which the model has no answer");
        }
    }

    @Test
    void closesAColumnToTheValuesThatTheDocumentLists() throws Exception {
        String listed = Files.readString(fixtures.file("logistic.pmml"))
                .replace(
                        "<DataField name=\"country\" optype=\"categorical\" dataType=\"string\"/>",
                        "<DataField name=\"country\" optype=\"categorical\" dataType=\"string\"><Value value=\"AT\"/>"
                                + "<Value value=\"DE\"/><Value value=\"FR\"/><Value value=\"IT\"/><Value value=\"US\"/>"
                                + "<Value value=\"none\"/><Value value=\"?\" property=\"missing\"/></DataField>");
        try (LoadedModel model = open(listed)) {
            assertThat(model.signature().inputs().get(5).categories())
                    .containsExactly("AT", "DE", "FR", "IT", "US", "none");
        }
        try (LoadedModel model = open(listed.replace(
                "<MiningField name=\"country\"",
                "<MiningField invalidValueTreatment=\"asMissing\" name=\"country\""))) {
            assertThat(model.signature().inputs().get(5).categories()).isEmpty();
        }
    }

    @Test
    void refusesADocumentTypeInAnyEncodingSoThatNoOtherFileIsRead() throws Exception {
        Path secret = Files.writeString(temporary.resolve("secret"), "999");
        String bad = "<!DOCTYPE PMML [<!ENTITY x SYSTEM '" + secret.toUri() + "'>]>" + REGRESSION.replace("0.5", "&x;");
        assertThatThrownBy(() -> open(bad))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("the PMML document is refused, line 1: DOCTYPE is disallowed");
        Path file = Files.write(temporary.resolve("wide.pmml"), bad.getBytes(StandardCharsets.UTF_16));
        assertThatThrownBy(() -> new PmmlFormat().open(file, List.of(), LoadOptions.online()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("the PMML document must be UTF-8");
    }

    @Test
    void refusesDocumentsThatAreNoModel() {
        for (String bad : List.of(
                "<PMML",
                "<PMML/>",
                "<PMML>" + "<a>".repeat(600) + "</a>".repeat(600) + "</PMML>",
                REGRESSION.replace("RegressionModel", "OracleModel"),
                REGRESSION.replace("\"integer\"", "\"date\""))) {
            assertThatThrownBy(() -> open(bad)).isInstanceOf(ModelFormatException.class);
        }
    }
}
