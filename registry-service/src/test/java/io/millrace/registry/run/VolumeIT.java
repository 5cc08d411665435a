package io.millrace.registry.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.common.http.Page;
import io.millrace.common.testing.PostgresForTests;
import io.millrace.registry.access.Access;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * How PostgreSQL carries out what the stores ask when there is much to look through: 20 experiments of 1,000 runs, each with
 * ten metrics, five parameters and three tags, and three runs with 10,000 points of a metric.
 */
class VolumeIT {

    private static final int RUNS = 20_000;
    private static final int EXPERIMENTS = 20;
    private static final int POINTS = 10_000;
    private static final String ID = "md5('run' || i)";

    private static StatementLog statements;
    private static RunSearchStore runs;
    private static MetricStore metrics;
    private static List<String> long3;

    @BeforeAll
    static void fill() {
        PostgresForTests postgres = PostgresForTests.fresh();
        postgres.execute(
                "insert into registry.experiment (experiment_id, name, artifact_location, created_at, updated_at)"
                        + " select 100 + i, 'volume-' || i, 'a:/' || i, now(), now() from generate_series(1, "
                        + EXPERIMENTS + ") i",
                "insert into registry.run (run_id, experiment_id, name, start_at, caused_by) select " + ID
                        + ", 101 + i % "
                        + EXPERIMENTS + ", 'r' || i, to_timestamp(1700000000 + i), 'test' from generate_series(1, "
                        + RUNS
                        + ") i",
                "insert into registry.metric_latest (run_id, key, step, recorded_ms, value) select " + ID
                        + ", 'm' || j, 0, i, ((i * 7919 + j * 104729) % 100003) / 100003.0 from generate_series(1, "
                        + RUNS
                        + ") i, generate_series(0, 9) j",
                "insert into registry.metric (run_id, key, step, recorded_ms, value)"
                        + " select run_id, key, step, recorded_ms, value from registry.metric_latest",
                "insert into registry.metric (run_id, key, step, recorded_ms, value) select " + ID
                        + ", 'loss', s, s * 10, 1.0 / (s + i) from generate_series(1, 3) i, generate_series(0, "
                        + (POINTS - 1) + ") s",
                "insert into registry.run_param (run_id, key, value) select " + ID
                        + ", 'p' || j, 'v' || (i / 20) % 10 from generate_series(1, " + RUNS
                        + ") i, generate_series(1, 5) j",
                "insert into registry.run_tag (run_id, key, value) select " + ID
                        + ", 't' || j, 'w' || (i / 20) % 7 from generate_series(1, " + RUNS
                        + ") i, generate_series(1, 3) j",
                // In an experiment of its own: of six runs three have the metric, with ties and infinities, one has
                // NaN.
                "insert into registry.experiment (experiment_id, name, artifact_location, created_at, updated_at)"
                        + " values (90, 'gaps', 'a:/90', now(), now())",
                "insert into registry.run (run_id, experiment_id, name, start_at, caused_by) select md5('gap' || i),"
                        + " 90, 'g' || i, to_timestamp(1700000000 + i / 3), 'test' from generate_series(1, 120) i",
                "insert into registry.metric_latest (run_id, key, step, recorded_ms, value) select md5('gap' || i),"
                        + " 'gappy', 0, i, case when i % 6 = 3 then 'NaN' when i = 60 then 'Infinity'"
                        + " when i = 66 then '-Infinity' else (i % 5)::float8 end"
                        + " from generate_series(1, 120) i where i % 6 in (0, 1, 2, 3)",
                "vacuum analyze");
        long3 = IntStream.rangeClosed(1, 3)
                .mapToObj(i -> String.valueOf(postgres.single("select md5('run" + i + "')")))
                .toList();
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(postgres.url());
        dataSource.setUser(PostgresForTests.role("registry"));
        dataSource.setPassword("none-needed");
        statements = new StatementLog(dataSource);
        runs = new RunSearchStore(statements.dataSource(), new Access(null, null));
        metrics = new MetricStore(statements.dataSource(), new Access(null, null));
    }

    @BeforeEach
    void forget() {
        statements.take();
    }

    private static RunSearch search(String filter, String order, int limit, String token) {
        return new RunSearch(
                List.of("107"), List.of("active"), filter, order.isEmpty() ? List.of() : List.of(order), limit, token);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "metrics.m3 > 0.999",
                "metrics.m3 > 0.5",
                "params.p1 = 'v3'",
                "params.p1 != 'v3'",
                "tags.t1 = 'w1' and params.p2 LIKE 'v%'",
                "metrics.m3 > 0.5 and params.p1 = 'v3' and tags.t2 = 'w2'",
                "start_time > 1700010000000",
                "metrics.none > 1"
            })
    void searchesReadNoBigTableFromEndToEnd(String filter) {
        for (String order : List.of("", "start_time ASC", "metrics.m4 DESC", "params.p1 ASC", "run_name ASC")) {
            Page<Run> first = runs.search(search(filter, order, 10, null));
            if (first.nextPageToken() != null) {
                runs.search(search(filter, order, 10, first.nextPageToken()));
            }
        }

        for (StatementLog.Entry entry : statements.take()) {
            assertThat(entry.plan())
                    .as(entry.sql())
                    .doesNotContain(
                            "Seq Scan on run ", "Seq Scan on metric", "Seq Scan on run_param", "Seq Scan on run_tag");
            assertThat(entry.sql()).doesNotContainIgnoringCase("offset").doesNotContainIgnoringCase("select distinct");
        }
    }

    @Test
    void laterPagesBeginInTheIndexWhereTheLastOneEnded() {
        String token = runs.search(search("", "", 100, null)).nextPageToken();
        statements.take();

        runs.search(search("", "", 100, token));

        assertThat(statements.take().get(0).plan())
                .contains("Index Scan using run_experiment_id_start_at_ix on run r")
                .containsPattern("Index Cond: \\(\\(r?\\.?experiment_id = .*start_at <= ");
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 100, 1000})
    void aPageTakesFourStatementsHoweverManyRunsItHolds(int limit) {
        Page<Run> page = runs.search(search("metrics.m3 > 0", "", limit, null));

        assertThat(page.items()).hasSize(Math.min(limit, page.items().size()));
        assertThat(statements.take()).hasSize(4);
        assertThat(page.items().get(0).metrics()).hasSize(10);
        assertThat(page.items().get(0).params()).hasSize(5);
    }

    @Test
    void pagesHoldEachRunOnceInWhateverOrder() {
        for (String order : List.of("", "metrics.m4 DESC", "params.p1 ASC")) {
            List<String> found = new ArrayList<>();
            String token = null;
            do {
                Page<Run> page = runs.search(search("", order, 300, token));
                page.items().forEach(run -> found.add(run.runId()));
                token = page.nextPageToken();
            } while (token != null);

            assertThat(found).as(order).hasSize(RUNS / EXPERIMENTS);
            assertThat(new HashSet<>(found)).hasSameSizeAs(found);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 59, 60, 61, 80, 500})
    void runsWithoutAnOrderedMetricComeLastAndThoseWithNanBeforeThem(int limit) {
        for (String order : List.of("metrics.gappy DESC", "metrics.gappy ASC")) {
            List<Run> found = new ArrayList<>();
            String token = null;
            do {
                RunSearch search = new RunSearch(List.of("90"), List.of("active"), "", List.of(order), limit, token);
                Page<Run> page = runs.search(search);
                found.addAll(page.items());
                token = page.nextPageToken();
            } while (token != null);

            Comparator<Double> numbers = order.endsWith("DESC") ? Comparator.reverseOrder() : Comparator.naturalOrder();
            List<String> expected = found.stream()
                    .sorted(Comparator.comparing((Run run) -> run.metrics().isEmpty())
                            .thenComparing(run -> !run.metrics().isEmpty() && Double.isNaN(value(run)))
                            .thenComparing(VolumeIT::value, numbers)
                            .thenComparing(Run::startAt, Comparator.reverseOrder())
                            .thenComparing(Run::runId))
                    .map(Run::name)
                    .toList();
            assertThat(found).as(order).hasSize(120).extracting(Run::name).containsExactlyElementsOf(expected);
            assertThat(new HashSet<>(expected)).hasSize(120);
        }
    }

    private static double value(Run run) {
        return run.metrics().isEmpty() ? 0 : run.metrics().get(0).value();
    }

    @Test
    void theBestOfManyAreFoundByWalkingTheIndexOfTheMetric() {
        runs.search(search("metrics.m3 > 0.1", "metrics.m4 DESC", 10, null));

        List<StatementLog.Entry> executed = statements.take();
        assertThat(executed).as("no second part").hasSize(4);
        assertThat(executed.get(0).plan())
                .contains("Incremental Sort", "using metric_latest_key_value_ix on metric_latest o0");
    }

    @Test
    void historiesAreReadByTheKeyOfTheTable() {
        Page<Metric> first = metrics.history(long3.get(0), "loss", null, 1000);
        metrics.histories(long3, "loss", 25_000);

        assertThat(first.items()).hasSize(1000);
        for (StatementLog.Entry entry : statements.take()) {
            assertThat(entry.plan()).as(entry.sql()).contains("metric_pk").doesNotContain("Seq Scan on metric");
        }
    }

    @Test
    void plotsGetAFewEvenStepsAndBothEndsOfEachRun() {
        List<RunMetric> points = metrics.sampled(long3, "loss", Long.MIN_VALUE, Long.MAX_VALUE, 320);

        // 320 of 10,000 steps, the first among them, and the last of each run.
        assertThat(points).hasSize(3 * 321);
        List<Long> steps =
                points.subList(0, 321).stream().map(p -> p.metric().step()).toList();
        assertThat(steps).startsWith(0L, 32L, 63L, 94L, 125L).endsWith(9969L, 9999L);
        List<StatementLog.Entry> executed = statements.take();
        assertThat(executed).hasSize(1);
        assertThat(executed.get(0).plan()).contains("metric_pk").doesNotContain("Seq Scan on metric");
    }
}
