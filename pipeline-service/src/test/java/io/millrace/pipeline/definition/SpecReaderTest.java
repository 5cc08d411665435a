package io.millrace.pipeline.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.FieldError;
import io.millrace.common.error.PlatformException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecReaderTest {

    @Test
    void fillsDefaultsInForTheMinimalForm() {
        PipelineSpec spec = SpecReader.read(Yaml.minimal("iris", ""));

        assertThat(spec.name()).isEqualTo("iris");
        assertThat(spec.register().model()).isEqualTo("iris");
        assertThat(spec.split().byTime()).isFalse();
        assertThat(spec.split().testShare()).isEqualTo(0.15);
        assertThat(spec.evaluate().replicates()).isEqualTo(1000);
        assertThat(spec.run().timeout()).isEqualTo(Duration.ofHours(4));
        assertThat(spec.run().attempts()).isEqualTo(3);
        assertThat(spec.deploy()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pipeline.yaml", "pipeline-challenger.yaml"})
    void readsTheExamplesThatAreShipped(String file) throws Exception {
        PipelineSpec spec = SpecReader.read(Files.readString(Path.of("../examples/flight-delays", file)));

        assertThat(spec.register().model()).isEqualTo("flight-delay");
        assertThat(spec.data().window()).isEqualTo(Duration.ofDays(120));
        assertThat(spec.split().test()).isEqualTo(Duration.ofDays(14));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "gatez: []                                | 9  | 1  | /gatez | did you mean 'gates'?",
                "split: { random: { tset: 0.2 } }         | 9  | 20 | /split/random/tset | did you mean 'test'?",
                "split: { random: { test: many } }        | 9  | 26 | /split/random/test | must be a number, is 'many'",
                "split: { random: { test: 0.95 } }        | 9  | 26 | /split/random/test | must be between",
                "split: { time: { test: P7D } }           | 9  | 16 | /split/time | needs 'data.time'",
                "gates: roc_auc                           | 9  | 8  | /gates | must be a list",
                "gates: [ 'roc_acu >= 0.9' ]              | 9  | 10 | /gates/0 | did you mean 'roc_auc'?",
                "gates: [ { rule: enuf } ]                | 9  | 18 | /gates/0/rule | is not a gate",
                "expect: [ rowz >= 3 ]                    | 9  | 11 | /expect/0 | did you mean 'rows'?",
                "expect: [ rows >= few ]                  | 9  | 11 | /expect/0 | needs a number",
                "expect: [ 'range(a)': [3, 1] ]           | 9  | 23 | /expect/0/range(a) | wrong way round",
                "run: { timeout: 30 }                     | 9  | 17 | /run/timeout | ISO-8601 duration",
                "run: { timeout: -PT1S }                  | 9  | 17 | /run/timeout | must be between",
                "run: { retry: { attempts: 0 } }          | 9  | 27 | /run/retry/attempts | between 1 and 20",
                "run: { concurrency: { limit: 2 } }       | 9  | 30 | /run/concurrency/limit | between 1 and 1",
                "onInconclusive: maybe                    | 9  | 17 | /onInconclusive | hold or reject",
                "features: [ { onehut: [a] } ]            | 9  | 13 | /features/0 | did you mean 'onehot'?",
                "register: { formats: [pmml] }            | 9  | 11 | /register | native and onnx",
                "register: { card: { licence: mit } }     | 9  | 21 | /register/card/licence | did you mean 'license'?",
                "register: { card: { owner: '' } }        | 9  | 28 | /register/card/owner | 1 to 20000",
                "deploy: { alias: x }                     | 9  | 9  | /deploy | is missing 'endpoint'",
                "triggers: [ { schedule: { cron: '0 3 * *' } } ]             | 9 | 33 | /triggers/0/schedule/cron | 4 fields",
                "triggers: [ { schedule: { cron: '0 3 * * *', zone: Mars } } ] | 9 | 52 | /triggers/0/schedule/zone | time zone",
            })
    void namesLineColumnAndField(String added, int line, int column, String pointer, String message) {
        List<FieldError> errors = errors(Yaml.minimal("iris", added + "\n"));

        assertThat(errors).anySatisfy(error -> {
            assertThat(error.pointer()).isEqualTo(pointer);
            assertThat(error.message()).contains(message);
            assertThat(error.line()).isEqualTo(line);
            assertThat(error.column()).isEqualTo(column);
        });
    }

    @Test
    void refusesAKeyThatIsGivenTwice() {
        assertThat(errors(Yaml.minimal("iris", "onInconclusive: hold\nonInconclusive: reject\n")))
                .singleElement()
                .satisfies(error -> {
                    assertThat(error.message()).isEqualTo("is given twice");
                    assertThat(error.line()).isEqualTo(10);
                    assertThat(error.column()).isEqualTo(1);
                });
    }

    @Test
    void tellsEveryMistakeAtOnce() {
        assertThat(errors(Yaml.minimal("Iris!", "gatez: []\nrun: { timeout: soon }\n")))
                .extracting(FieldError::pointer)
                .containsExactlyInAnyOrder("/metadata/name", "/gatez", "/run/timeout");
    }

    @Test
    void saysWhereTheYamlItselfIsBroken() {
        assertThat(errors(Yaml.minimal("iris", "gates: [ a, b\nrun: {}\n")))
                .singleElement()
                .satisfies(error -> {
                    assertThat(error.message()).startsWith("is not valid YAML");
                    assertThat(error.line()).isGreaterThanOrEqualTo(9);
                });
    }

    @Test
    void refusesAnAliasBomb() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }

        assertThat(failure(Yaml.minimal("iris", bomb.toString())).code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"run: &r { retry: *r }\n", "gates: &g [ *g ]\n"})
    void refusesANodeThatContainsItself(String added) {
        assertThat(errors(Yaml.minimal("iris", added)))
                .anySatisfy(error -> assertThat(error.message()).isEqualTo("contains itself"));
    }

    @Test
    void refusesNestingThatWouldExhaustTheStack() {
        assertThat(failure(Yaml.minimal("iris", "gates: " + "[".repeat(100_000)))
                        .code())
                .isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void refusesADocumentOverTheLimit() {
        assertThat(failure(Yaml.minimal("iris", "# " + "x".repeat(256 * 1024))).detail())
                .contains("larger than 262144 bytes");
    }

    @Test
    void readsYamlOneTwo() {
        PipelineSpec spec = SpecReader.read(
                Yaml.minimal("iris", "  params: { epochs: 010 }\n  seed: 7\n").replace("virginica", "no"));

        assertThat(spec.data().positive()).isEqualTo("no");
        assertThat(spec.train().params()).containsEntry("epochs", 10L);
    }

    @Test
    void knowsTheDriftTriggerForPeopleToRead() {
        assertThat(SpecReader.read(Yaml.minimal("iris", "triggers: [ { drift: { cooldown: P1D } } ]\n"))
                        .schedules())
                .isEmpty();
    }

    private static List<FieldError> errors(String yaml) {
        return failure(yaml).errors();
    }

    private static PlatformException failure(String yaml) {
        return catchThrowableOfType(PlatformException.class, () -> SpecReader.read(yaml));
    }
}
