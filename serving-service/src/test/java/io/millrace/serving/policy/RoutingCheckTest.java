package io.millrace.serving.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.common.error.FieldError;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutingCheckTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static Routing read(String json) throws Exception {
        return JSON.readValue(json, Routing.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'keyHeader':'X User'}|/routing/keyHeader",
                "{'holdout':{'arm':'c','percent':5}}|/routing/holdout/arm",
                "{'holdout':{'arm':'shadow','percent':5}}|/routing/holdout/arm",
                "{'holdout':{'arm':'a','percent':5.001}}|/routing/holdout/percent",
                "{'rules':[null]}|/routing/rules/0",
                "{'rules':[{'name':'X','when':[{'column':'c','equals':'1'}],'arm':'a'}]}|/routing/rules/0/name",
                "{'rules':[{'name':'x','when':[],'arm':'a'}]}|/routing/rules/0/when",
                "{'rules':[{'name':'x','when':[{'column':'c','equals':'1'}]}]}|/routing/rules/0",
                "{'rules':[{'name':'x','when':[{'column':'c','equals':'1'}],'arm':'z'}]}|/routing/rules/0/arm",
                "{'rules':[{'name':'x','when':[{'column':'c','equals':'1'}],'split':{'a':60,'b':30}}]}|/routing/rules/0/split",
                "{'rules':[{'name':'x','when':[{'equals':'1'}],'arm':'a'}]}|/routing/rules/0/when/0",
                "{'rules':[{'name':'x','when':[{'column':'c'}],'arm':'a'}]}|/routing/rules/0/when/0",
                "{'rules':[{'name':'x','when':[{'column':'c','min':2,'max':1}],'arm':'a'}]}|/routing/rules/0/when/0",
                "{'fallback':{'arm':'a','timeoutMs':-1}}|/routing/fallback/timeoutMs",
                "{'fallback':{}}|/routing/fallback/arm",
                "{'breaker':{'errorRate':1.5}}|/routing/breaker/errorRate",
                "{'breaker':{'window':5,'minimum':6}}|/routing/breaker/minimum",
                "{'concurrency':{'z':5}}|/routing/concurrency/z",
                "{'concurrency':{'a':0}}|/routing/concurrency/a",
                "{'shedding':{'targetMs':0}}|/routing/shedding/targetMs",
                "{'cache':{'entries':-1}}|/routing/cache/entries",
                "{'batching':{'a':{'maxRows':1}}}|/routing/batching/a/maxRows",
                "{'ensembles':{'a':{'kind':'mix','with':[]}}}|/routing/ensembles/a/kind",
                "{'ensembles':{'a':{'kind':'vote','with':[]}}}|/routing/ensembles/a/with",
                "{'ensembles':{'a':{'kind':'vote','with':[{'model':'m'}]}}}|/routing/ensembles/a/with/0"
            })
    void namesTheFieldThatIsWrong(String json, String pointer) throws Exception {
        assertThat(RoutingCheck.errors(read(json.replace('\'', '"')), Set.of("a", "b"), Set.of("a", "b", "shadow")))
                .extracting(FieldError::pointer)
                .containsExactly(pointer);
    }

    @Test
    void readsBackWhatItWrites() throws Exception {
        Routing routing = read("""
                {"keyHeader": "X-User", "holdout": {"arm": "a", "percent": 5},
                 "rules": [{"name": "x", "when": [{"column": "age", "min": 18, "max": 65},
                            {"header": "X-Tier", "in": ["gold", 5, true]}], "split": {"a": 30, "b": 70}}],
                 "fallback": {"arm": "a", "timeoutMs": 50}, "breaker": {}, "concurrency": {"b": 8},
                 "shedding": {"targetMs": 20}, "cache": {}, "batching": {"b": {"maxRows": 64}},
                 "ensembles": {"b": {"kind": "cascade", "with": [{"model": "m", "version": 2}]}}}""");

        assertThat(RoutingCheck.errors(routing, Set.of("a", "b"), Set.of("a", "b")))
                .isEmpty();
        assertThat(read(JSON.writeValueAsString(routing))).isEqualTo(routing);
        assertThat(JSON.writeValueAsString(Routing.NONE)).isEqualTo("{}");
        assertThat(read("{}")).isEqualTo(Routing.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "5, 5.0, true",
        "5, 5.5, false",
        "gold, gold, true",
        "1e2, 100, true",
        "0x10, 16, false",
        "true, true, true"
    })
    void comparesNumbersAsNumbers(String wanted, String value, boolean holds) {
        Condition condition = new Condition("c", null, wanted, java.util.List.of(), null, null);

        assertThat(condition.holds(value)).isEqualTo(holds);
        assertThat(condition.holds(null)).isFalse();
    }
}
