package io.millrace.registry.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of schema evolution: who breaks when one side of a contract changes. */
class SignatureChangesTest {

    private static final String OLD = "{'name':'a','type':'FLOAT64','nullable':false}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                // what is added, breaks older clients, breaks newer clients
                "{'name':'b','type':'INT64','nullable':true}  | false | false",
                "{'name':'b','type':'INT64','nullable':false} | true  | false",
            })
    void judgesANewInput(String added, boolean older, boolean newer) throws JsonProcessingException {
        SignatureChanges changes =
                SignatureChanges.between(signature("[" + OLD + "]"), signature("[" + OLD + "," + added + "]"));

        assertThat(changes.forOlderClients().isEmpty()).isEqualTo(!older);
        assertThat(changes.forNewerClients().isEmpty()).isEqualTo(!newer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                // before, after, breaks older clients, breaks newer clients
                "{'name':'a','type':'INT64'} | {'name':'a','type':'FLOAT64'} | false | true",
                "{'name':'a','type':'STRING'} | {'name':'a','type':'FLOAT64'} | true | true",
                "{'name':'a','type':'FLOAT64','nullable':true} | {'name':'a','type':'FLOAT64','nullable':false} | true | false",
                "{'name':'a','type':'FLOAT64'} | {'name':'a','type':'FLOAT64','min':0.0} | true | false",
                "{'name':'a','type':'FLOAT64','max':5.0} | {'name':'a','type':'FLOAT64','max':9.0} | false | true",
                "{'name':'a','type':'FLOAT64','max':null} | {'name':'a','type':'FLOAT64','max':9.0} | true | false",
                "{'name':'a','type':'STRING','categories':['x']} | {'name':'a','type':'STRING','categories':['x','y']} | false | true",
                "{'name':'a','type':'STRING','categories':[]} | {'name':'a','type':'STRING','categories':['x']} | true | false",
                "{'name':'a','type':'STRING'} | {'name':'a','type':'STRING'} | false | false",
            })
    void judgesAChangedInput(String before, String after, boolean older, boolean newer) throws JsonProcessingException {
        SignatureChanges changes =
                SignatureChanges.between(signature("[" + before + "]"), signature("[" + after + "]"));

        assertThat(changes.forOlderClients().isEmpty()).isEqualTo(!older);
        assertThat(changes.forNewerClients().isEmpty()).isEqualTo(!newer);
    }

    @Test
    void holdsTheRuleThatIsAsked() throws JsonProcessingException {
        JsonNode without = signature("[" + OLD + "]");
        JsonNode with = signature("[" + OLD + ",{'name':'b','type':'INT64','nullable':false}]");
        SignatureChanges added = SignatureChanges.between(without, with);

        assertThat(added.against(Compatibility.NONE)).isEmpty();
        assertThat(added.against(Compatibility.BACKWARD)).containsExactly("input b is required and was not there");
        assertThat(added.against(Compatibility.FORWARD)).isEmpty();
        assertThat(added.against(Compatibility.FULL)).hasSize(1);
    }

    @Test
    void holdsTheOrderOfClassesToBePartOfTheAnswer() throws JsonProcessingException {
        ObjectMapper json = new ObjectMapper();
        JsonNode a = json.readTree("{\"task\":\"BINARY\",\"inputs\":[],\"outputs\":[],\"classes\":[\"no\",\"yes\"]}");
        JsonNode b = json.readTree("{\"task\":\"BINARY\",\"inputs\":[],\"outputs\":[],\"classes\":[\"yes\",\"no\"]}");

        assertThat(SignatureChanges.between(a, b).against(Compatibility.BACKWARD))
                .isEqualTo(List.of("the classes are [\"yes\",\"no\"], not [\"no\",\"yes\"]"));
    }

    private static JsonNode signature(String inputs) throws JsonProcessingException {
        return new ObjectMapper()
                .readTree(
                        "{'task':'REGRESSION','outputs':[{'name':'prediction','type':'FLOAT64','width':1}],'classes':[],'inputs':"
                                        .replace('\'', '"')
                                + inputs.replace('\'', '"') + "}");
    }
}
