package io.millrace.serving.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.equalTo;

import io.millrace.common.testing.TestTokens;
import io.millrace.serving.testing.Models;
import io.millrace.serving.testing.Serving;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@QuarkusTest
class PromotionIT extends Serving {

    @Test
    void followsTheAliasUnderLoadWithoutAFailedRequest() throws Exception {
        serve("promoted", Models.FIRST);
        register("promoted", 2, Models.SECOND);
        double[] expected = {Models.score(Models.FIRST, Models.row()), Models.score(Models.SECOND, Models.row())};
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        Set<Integer> seen = ConcurrentHashMap.newKeySet();
        Queue<String> failures = new ConcurrentLinkedQueue<>();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread client = new Thread(() -> {
                while (!stop.get()) {
                    Response response = predict("promoted");
                    if (response.statusCode() != 200) {
                        failures.add(response.asString());
                        continue;
                    }
                    int version = response.<Integer>path("version");
                    double score = response.<Double>path("predictions[0].score");
                    seen.add(version);
                    answered.incrementAndGet();
                    if (Math.abs(score - expected[version - 1]) > 1e-12) {
                        failures.add("version " + version + " said " + score);
                    }
                }
            });
            clients.add(client);
            client.start();
        }

        for (int flip = 0; flip < 20; flip++) {
            int version = flip % 2 == 0 ? 2 : 1;
            rows().alias("promoted", "champion", version);
            await(() -> servingVersion("promoted") == version);
        }
        stop.set(true);
        for (Thread client : clients) {
            client.join();
        }

        assertThat(failures).isEmpty();
        assertThat(seen).containsExactlyInAnyOrder(1, 2);
        assertThat(answered.get()).isGreaterThan(20);
        await(() -> logged("endpoint = 'promoted'") == answered.get());
    }

    @Test
    void tellsThatAVersionWasTamperedWithAndThatItIsWholeAgain() throws Exception {
        serve("tampered", Models.FIRST);
        register("tampered", 2, Models.SECOND);
        registry.falsify("tampered", 2, "model.tribuo");

        rows().alias("tampered", "champion", 2);

        await(() -> told("refused") >= 1);
        assertThat(
                        postgres.single(
                                "select data ->> 'model' || ' ' || (data ->> 'version') || ' ' || (data ->> 'reason') from serving.event where type = 'serving.version.refused' and subject = 'tampered' limit 1"))
                .isEqualTo("tampered 2 file model.tribuo does not match its registered digest");
        assertThat(told("accepted")).isZero();

        registry.repair("tampered", 2, "model.tribuo");
        await(() -> servingVersion("tampered") == 2);
        await(() -> told("accepted") == 1);
    }

    private long told(String what) {
        return Long.parseLong(postgres.single("select count(*) from serving.event where type = 'serving.version." + what
                + "' and subject = 'tampered'"));
    }

    private static int servingVersion(String endpoint) {
        Integer version =
                as(TestTokens.VIEWER).get("/api/v1/endpoints/" + endpoint).path("arms[0].servingVersion");
        return version == null ? 0 : version;
    }

    @Test
    void keepsTheOldVersionWhenTheNewOneCannotBeLoadedAndTakesItWhenItCan() throws Exception {
        serve("bad-version", Models.FIRST);
        register("bad-version", 2, Models.SECOND);
        registry.falsify("bad-version", 2, "model.tribuo");

        rows().alias("bad-version", "champion", 2);

        await(() -> states("bad-version").equals(List.of("FAILED")));
        as(TestTokens.VIEWER)
                .get("/api/v1/endpoints/bad-version")
                .then()
                .body("arms[0].resolvedVersion", equalTo(2))
                .body("arms[0].servingVersion", equalTo(1))
                .body("arms[0].detail", equalTo("file model.tribuo does not match its registered digest"));
        predict("bad-version").then().statusCode(200).body("version", equalTo(1));
        assertThat(postgres.single(
                        "select state from serving.loaded_model where model = 'bad-version' and version = 2"))
                .isEqualTo("FAILED");

        registry.repair("bad-version", 2, "model.tribuo");

        await(() -> servingVersion("bad-version") == 2);
        assertThat(predict("bad-version").<Double>path("predictions[0].score"))
                .isEqualTo(Models.score(Models.SECOND, Models.row()), within(1e-12));
    }

    @Test
    void refusesAModelThatIsNoModel() throws Exception {
        serve("rubbish", Models.FIRST);
        registry.add("rubbish", 2, Map.of("readme.txt", new byte[] {1, 2, 3}));
        rows().version("rubbish", 2);

        rows().alias("rubbish", "champion", 2);

        await(() -> states("rubbish").equals(List.of("FAILED")));
        predict("rubbish").then().statusCode(200).body("version", equalTo(1));
    }

    @Test
    void keepsServingWhenTheAliasOrTheRegistryGoes() throws Exception {
        serve("orphan", Models.FIRST);
        registry.setDown(true);
        try {
            rows().version("orphan", 2);
            rows().alias("orphan", "champion", 2);
            await(() -> states("orphan").equals(List.of("FAILED")));
            predict("orphan").then().statusCode(200).body("version", equalTo(1));

            rows().dropAlias("orphan", "champion");
            await(() -> as(TestTokens.VIEWER)
                    .get("/api/v1/endpoints/orphan")
                    .<String>path("arms[0].detail")
                    .equals("model orphan has no alias champion"));
            predict("orphan").then().statusCode(200).body("version", equalTo(1));
        } finally {
            registry.setDown(false);
        }
    }

    @Test
    void keepsTheOldSplitUntilEveryArmOfTheNewOneCanAnswer() throws Exception {
        serve("split", Models.FIRST);
        rows().version("split", 2);

        put(
                        "split",
                        Map.of(
                                "arms",
                                List.of(
                                        arm("champion", 50, "split", "champion"),
                                        Map.of("name", "next", "weight", 50, "model", "split", "version", 2))))
                .then()
                .statusCode(200);
        await(() -> states("split").equals(List.of("READY", "FAILED")));
        for (int i = 0; i < 40; i++) {
            predict("split", Map.of("inputs", Models.row(), "key", "k" + i))
                    .then()
                    .statusCode(200)
                    .body("arm", equalTo("champion"));
        }
        registry.add("split", 2, Models.folder(Models.SECOND));

        await(() -> states("split").equals(List.of("READY", "READY")));
        Set<String> arms = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 40; i++) {
            arms.add(predict("split", Map.of("inputs", Models.row(), "key", "k" + i))
                    .path("arm"));
        }
        assertThat(arms).containsExactlyInAnyOrder("champion", "next");
    }

    @Test
    void answers503WhileNothingCanAnswerAnd404AfterDeletion() {
        put("waiting", Map.of("arms", List.of(arm("a", 100, "no-such-model", "champion"))))
                .then()
                .statusCode(200);
        await(() -> states("waiting").equals(List.of("FAILED")));

        predict("waiting").then().statusCode(503).header("Retry-After", "1");

        as(TestTokens.ENGINEER).delete("/api/v1/endpoints/waiting").then().statusCode(204);
        await(() -> predict("waiting").statusCode() == 404);
    }
}
