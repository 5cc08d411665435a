package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.FakeServices.Asked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands that ask a running platform. */
class ClientCommandsTest {

    private static final String PREDICT = "serving POST /api/v1/endpoints/flights/predict";
    private static final String START = "pipeline POST /api/v1/pipelines/flights/runs";
    private static final String RUN = "pipeline GET /api/v1/runs/r1";

    @TempDir
    private Path home;

    private FakeServices services;

    @BeforeEach
    void start() throws IOException {
        services = new FakeServices(home);
    }

    @AfterEach
    void stop() {
        services.close();
    }

    private CommandLineRun run(String... line) {
        return runWith("", line);
    }

    private CommandLineRun runWith(String input, String... line) {
        String[] words = java.util.Arrays.copyOf(line, line.length + 2);
        words[line.length] = "--home";
        words[line.length + 1] = home.toString();
        return CommandLineRun.withInput(input, words);
    }

    @Test
    void whyTellsEachCauseAndTheRequestsOfTheWindow() {
        services.on("monitoring GET /api/v1/why/flight%20delay/3", """
                {"nodes":[
                  {"kind":"promotion","title":"flight delay@champion to version 3","at":"2026-03-03T10:00:09Z","detail":{}},
                  {"kind":"run","title":"run of flight delay, SUCCEEDED","at":"2026-03-03T10:00:01Z"},
                  {"kind":"window","title":"20 June to 18 July, drifted","at":"2026-03-03T10:00:00Z",
                   "detail":{"firstRequest":"req-1","lastRequest":"req-9"}}]}""");

        CommandLineRun run = run("why", "flight delay", "3");

        assertThat(run).isEqualTo(new CommandLineRun(0, """
                promotion  flight delay@champion to version 3  (2026-03-03T10:00:09Z)
                because  run  run of flight delay, SUCCEEDED  (2026-03-03T10:00:01Z)
                because  window  20 June to 18 July, drifted  (2026-03-03T10:00:00Z)
                     requests req-1 to req-9
                """, ""));
        assertThat(services.asked().get(0).authorization()).isEqualTo("Bearer mlr_secret");
    }

    @Test
    void whyPassesOnWhatTheServiceRefuses() {
        services.on("monitoring GET /api/v1/why/flights/99", 404, "{\"detail\":\"no promotion of flights/99\"}");

        assertThat(run("why", "flights", "99"))
                .isEqualTo(new CommandLineRun(1, "", "millrace: HTTP 404: no promotion of flights/99\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"hour\":17}               | {\"inputs\":{\"hour\":17}}",
                "[{\"hour\":17},{\"hour\":8}] | {\"instances\":[{\"hour\":17},{\"hour\":8}]}",
                "{\"inputs\":{\"hour\":17}}  | {\"inputs\":{\"hour\":17}}",
                "{\"instances\":[]}          | {\"instances\":[]}",
            })
    void predictSendsARowRowsOrAWholeRequest(String given, String sent) throws IOException {
        services.on(PREDICT, "{\"version\":1}");
        Path file = Files.writeString(home.resolve("row.json"), given);

        CommandLineRun argument = run("predict", "flights", given);
        CommandLineRun fromFile = run("predict", "flights", "--file", file.toString());
        CommandLineRun fromInput = runWith(given, "predict", "flights");
        CommandLineRun fromDash = runWith(given, "predict", "flights", "-");

        assertThat(argument).isEqualTo(new CommandLineRun(0, "{\n  \"version\" : 1\n}\n", ""));
        assertThat(fromFile).isEqualTo(argument);
        assertThat(fromInput).isEqualTo(argument);
        assertThat(fromDash).isEqualTo(argument);
        assertThat(services.asked()).extracting(Asked::body).hasSize(4).containsOnly(sent);
    }

    @Test
    void predictSendsTheKey() {
        services.on(PREDICT, "{}");

        run("predict", "flights", "{\"hour\":17}", "--key", "UA1");

        assertThat(services.asked())
                .extracting(Asked::body)
                .containsExactly("{\"inputs\":{\"hour\":17},\"key\":\"UA1\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"hour\":      | JSON cannot be read at line 1, column ",
                "17              | JSON must be an object or a list.",
            })
    void predictSendsNothingThatIsNotJson(String given, String message) {
        CommandLineRun run = run("predict", "flights", given);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith(message);
        assertThat(services.asked()).isEmpty();
    }

    @Test
    void predictPassesOnWhichFieldIsWrong() {
        services.on(PREDICT, 400, "{\"detail\":\"/inputs/hour: must be a number\"}");

        assertThat(run("predict", "flights", "{\"hour\":\"x\"}"))
                .isEqualTo(new CommandLineRun(1, "", "millrace: HTTP 400: /inputs/hour: must be a number\n"));
    }

    @ParameterizedTest
    @CsvSource({"SUCCEEDED,0", "REJECTED,3", "HELD,4", "FAILED,1", "CANCELLED,1"})
    void runEndsWithTheStatusOfItsResult(String state, int status) {
        services.on(START, 202, "{\"id\":\"r1\"}").on(RUN, "{\"state\":\"" + state + "\"}");

        assertThat(run("run", "flights").status()).isEqualTo(status);
    }

    @Test
    void runTellsStepsFiguresGatesAndTheReason() {
        services.on(START, 202, "{\"id\":\"r1\"}")
                .on(RUN, "{\"state\":\"RUNNING\",\"steps\":[{\"step\":\"data\",\"state\":\"RUNNING\"}]}")
                .on(RUN, """
                        {"state":"REJECTED","reason":"a required gate failed","registeredVersion":null,
                         "steps":[{"step":"data","state":"SUCCEEDED","output":{"rows":43047,"until":"2013-05-01T00:00:00Z"}},
                                  {"step":"evaluate","state":"SUCCEEDED",
                                   "output":{"metrics":{"roc_auc":{"value":0.70931,"lower":0.7,"upper":0.72}}}}],
                         "gates":[{"result":"fail","rule":"roc_auc >= 0.8","reason":"0.7093 is below 0.8"}]}""");

        CommandLineRun run = run("run", "flights", "--as-of", "2013-05-01T00:00:00Z");

        assertThat(run).isEqualTo(new CommandLineRun(3, """
                run r1
                  data       RUNNING
                  data       SUCCEEDED
                  evaluate   SUCCEEDED
                data      43,047 rows until 2013-05-01T00:00:00Z
                evaluate  roc_auc   0.7093  [0.7000, 0.7200]
                gate      fail         roc_auc >= 0.8: 0.7093 is below 0.8
                run       REJECTED, version none
                reason    a required gate failed
                """, ""));
        assertThat(services.asked().get(0).body())
                .contains("\"trigger\":\"manual\"")
                .contains("\"params\":{\"asOf\":\"2013-05-01T00:00:00Z\"}");
    }

    @Test
    void runSavesAFileFirstAndStopsWhereItIsWrong() throws IOException {
        Path yaml = Files.writeString(home.resolve("p.yaml"), "kind: TrainingPipelin\n");
        services.on(
                "pipeline PUT /api/v1/pipelines/flights",
                400,
                "{\"detail\":\"line 1: did you mean TrainingPipeline?\"}");

        assertThat(run("run", "flights", "--file", yaml.toString()))
                .isEqualTo(new CommandLineRun(1, "", "millrace: HTTP 400: line 1: did you mean TrainingPipeline?\n"));
        assertThat(services.asked()).extracting(Asked::body).containsExactly("kind: TrainingPipelin\n");
    }

    @Test
    void runDetachedReturnsAtOnce() {
        services.on(START, 202, "{\"id\":\"r1\"}");

        assertThat(run("run", "flights", "--detach")).isEqualTo(new CommandLineRun(0, "run r1\n", ""));
        assertThat(services.asked()).hasSize(1);
    }

    @Test
    void modelsListsEveryPageWithNewestVersionAndAliases() {
        services.on("registry GET /api/v1/models", "{\"items\":[{\"name\":\"a b\"}],\"nextPageToken\":\"t+1\"}")
                .on("registry GET /api/v1/models?pageToken=t%2B1", "{\"items\":[{\"name\":\"empty\"}]}")
                .on("registry GET /api/v1/models/a%20b/versions?pageSize=1", "{\"items\":[{\"version\":12}]}")
                .on("registry GET /api/v1/models/a%20b/aliases", """
                        {"items":[{"alias":"champion","toVersion":11},{"alias":"gone","toVersion":null}]}""")
                .on("registry GET /api/v1/models/empty/versions?pageSize=1", "{\"items\":[]}")
                .on("registry GET /api/v1/models/empty/aliases", "{\"items\":[]}");

        assertThat(run("models").out().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly("MODEL NEWEST ALIASES", "a b v12 champion=v11", "empty - ");
    }

    @Test
    void pipelinesListsTheLastRunAndTheNextInstant() {
        services.on("pipeline GET /api/v1/pipelines", """
                        {"items":[{"name":"flights","revision":2,"model":"delay","nextFireTimes":["2026-03-02T08:00:00Z"]},
                                  {"name":"new","revision":1,"model":"delay","nextFireTimes":[]}]}""")
                .on("pipeline GET /api/v1/runs?pageSize=1&pipeline=flights", """
                        {"items":[{"state":"SUCCEEDED","registeredVersion":7}]}""")
                .on("pipeline GET /api/v1/runs?pageSize=1&pipeline=new", "{\"items\":[]}");

        assertThat(run("pipelines").out().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "PIPELINE REVISION MODEL LAST RUN NEXT",
                        "flights 2 delay SUCCEEDED v7 2026-03-02T08:00:00Z",
                        "new 1 delay never -");
    }

    @Test
    void aServiceThatIsAwayIsNamed() {
        services.close();

        CommandLineRun run = run("models");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("millrace: The registry service cannot be reached at http://127.0.0.1:")
                .endsWith(": is the platform up? (./millrace status)\n");
    }
}
