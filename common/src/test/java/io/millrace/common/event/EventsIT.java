package io.millrace.common.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.common.testing.Eventually;
import io.millrace.common.testing.PostgresForTests;
import io.millrace.common.testing.PostgresTestResource;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = PostgresTestResource.class,
        initArgs = {
            @ResourceArg(name = "service", value = "pipeline"),
            @ResourceArg(name = "millrace.schema", value = "pipeline"),
            @ResourceArg(name = "millrace.outbox.every", value = "off"),
            @ResourceArg(name = "quarkus.http.test-port", value = "0"),
            @ResourceArg(name = "quarkus.datasource.jdbc.acquisition-timeout", value = "1S")
        })
class EventsIT {

    private static final int WRITERS = 8;
    private static final int EVENTS = 200;

    PostgresForTests postgres;

    @Inject
    EventDeliveryService delivery;

    @Inject
    EventLog log;

    @Inject
    PgListener listener;

    @Inject
    DataSource dataSource;

    /** Follows the registry; what it does in the store is visible to the test. */
    private final class Recorder implements EventConsumer {

        private final String name;
        private final List<String> handled = new CopyOnWriteArrayList<>();

        Recorder(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String source() {
            return "registry";
        }

        @Override
        public void handle(Event event) {
            if (!event.type().equals(name)) {
                return;
            }
            insertEffect(name, event.subject());
            handled.add(event.subject());
            if (event.data().path("failing").asBoolean() && failedOnce.add(event.subject())) {
                throw new IllegalStateException("fails after its effect");
            }
        }
    }

    private final java.util.Set<String> failedOnce = ConcurrentHashMap.newKeySet();

    @BeforeEach
    void tableForEffects() {
        postgres.execute(
                "create table if not exists pipeline.effect (n bigserial, consumer text, subject text)",
                "grant select, insert on pipeline.effect to millrace_pipeline",
                "grant usage on sequence pipeline.effect_n_seq to millrace_pipeline");
    }

    private void insertEffect(String consumer, String subject) {
        try (Connection connection = dataSource.getConnection();
                var statement =
                        connection.prepareStatement("insert into pipeline.effect (consumer, subject) values (?, ?)")) {
            statement.setString(1, consumer);
            statement.setString(2, subject);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void append(Connection connection, String type, String subject, boolean failing)
            throws SQLException {
        try (var statement = connection.prepareStatement(
                "insert into registry.event (type, subject, data, caused_by) values (?, ?, ?::jsonb, 'test')")) {
            statement.setString(1, type);
            statement.setString(2, subject);
            statement.setString(3, "{\"failing\":" + failing + "}");
            statement.executeUpdate();
        }
    }

    private Connection writer() throws SQLException {
        Connection connection = postgres.connectAs("registry");
        connection.setAutoCommit(false);
        return connection;
    }

    private List<String> column(String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Connection connection = postgres.connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            while (row.next()) {
                values.add(row.getString(1));
            }
        }
        return values;
    }

    private void drain(EventConsumer consumer) {
        while (delivery.deliverNext(consumer, event -> {})) {
            // until there is no more
        }
    }

    /** What a cursor over the sequence alone would read: everything behind the last id it has seen. */
    private final class NaiveReader {

        private final String type;
        private long seen;
        private final List<String> read = new ArrayList<>();

        NaiveReader(String type) {
            this.type = type;
        }

        void poll() throws SQLException {
            read.addAll(column("select subject from registry.event_v1 where id > " + seen + " and type = '" + type
                    + "' order by id"));
            seen = Long.parseLong(
                    column("select coalesce(max(id), 0) from registry.event_v1").get(0));
        }
    }

    @Test
    void deliversAnEventThatWasCommittedLateWhereASequenceCursorLosesIt() throws Exception {
        Recorder ours = new Recorder("late");
        delivery.start(ours);
        drain(ours);
        NaiveReader naive = new NaiveReader("late");
        try (Connection slow = writer();
                Connection fast = writer()) {
            append(slow, "late", "first written", false);
            append(fast, "late", "first committed", false);
            fast.commit();

            naive.poll();
            drain(ours);
            assertThat(naive.read).containsExactly("first committed");
            assertThat(ours.handled).isEmpty();

            slow.commit();
        }

        naive.poll();
        Eventually.holds("both events are delivered", () -> {
            drain(ours);
            return ours.handled.size() == 2;
        });
        assertThat(naive.read).containsExactly("first committed");
        assertThat(ours.handled).containsExactly("first written", "first committed");
    }

    @Test
    void deliversAnEventOfAnOlderTransactionWithAHigherNumber() throws Exception {
        Recorder ours = new Recorder("older");
        delivery.start(ours);
        drain(ours);
        try (Connection older = writer();
                Connection younger = writer()) {
            try (var statement = older.createStatement()) {
                statement.execute("select pg_current_xact_id()");
            }
            append(younger, "older", "younger transaction", false);
            younger.commit();
            append(older, "older", "older transaction", false);

            drain(ours);
            assertThat(ours.handled).isEmpty();

            older.commit();
        }

        Eventually.holds("both events are delivered", () -> {
            drain(ours);
            return ours.handled.size() == 2;
        });
        assertThat(ours.handled).containsExactly("older transaction", "younger transaction");
    }

    @Test
    void readsTransactionsInTheOrderOfNumbersNotOfDigits() {
        Recorder ours = new Recorder("digits");
        postgres.execute("insert into registry.event (txid, type, subject, data, caused_by) values "
                + "('100', 'digits', 'hundred', '{}', 'test'), ('99', 'digits', 'ninety-nine', '{}', 'test')");
        delivery.start(ours);

        drain(ours);

        assertThat(ours.handled).containsExactly("ninety-nine", "hundred");
    }

    @Test
    void losesNoneAndRepeatsNoneWhileEightWritersCommitInAnyOrder() throws Exception {
        Recorder ours = new Recorder("many");
        delivery.start(ours);
        AtomicInteger writing = new AtomicInteger(WRITERS);
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS + 2);
        List<Future<?>> done = new ArrayList<>();
        try {
            for (int w = 0; w < WRITERS; w++) {
                int number = w;
                done.add(threads.submit(() -> write(number, writing)));
            }
            for (int replica = 0; replica < 2; replica++) {
                done.add(threads.submit(() -> {
                    follow(ours, writing);
                    return null;
                }));
            }
            for (Future<?> future : done) {
                future.get();
            }
        } finally {
            threads.shutdownNow();
        }

        List<String> committed = column("select subject from registry.event where type = 'many' order by txid, id");
        assertThat(committed).hasSize(WRITERS * EVENTS);
        assertThat(column("select subject from pipeline.effect where consumer = 'many' order by n"))
                .containsExactlyElementsOf(committed);
        assertThat(failedOnce).hasSize(WRITERS * EVENTS / 50);
        assertThat(ours.handled).hasSize(WRITERS * EVENTS + failedOnce.size());
    }

    /** Transactions of one to five events, held open for a random while; every fifth attempt is rolled back first. */
    private Void write(int writer, AtomicInteger writing) throws Exception {
        Random random = new Random(writer);
        try (Connection connection = writer()) {
            int written = 0;
            while (written < EVENTS) {
                int size = Math.min(EVENTS - written, 1 + random.nextInt(5));
                boolean abandoned = random.nextInt(5) == 0;
                for (int i = 0; i < size; i++) {
                    int number = written + i;
                    append(connection, "many", writer + "/" + number, number % 50 == 7);
                    Thread.sleep(random.nextInt(4));
                }
                if (abandoned) {
                    connection.rollback();
                } else {
                    connection.commit();
                    written += size;
                }
            }
        } finally {
            writing.decrementAndGet();
        }
        return null;
    }

    private void follow(EventConsumer consumer, AtomicInteger writing) throws InterruptedException {
        int idle = 0;
        while (writing.get() > 0 || idle < 20) {
            boolean moved;
            try {
                moved = delivery.deliverNext(consumer, event -> {});
            } catch (IllegalStateException e) {
                moved = true;
            }
            idle = moved ? 0 : idle + 1;
            if (!moved) {
                Thread.sleep(5);
            }
        }
    }

    @Test
    void appendsWithTheCallersTransactionOrNotAtAll() throws Exception {
        assertThatThrownBy(() -> QuarkusTransaction.requiringNew().run(() -> {
                    log.append("pipeline.probe", "rolled back", Map.of("a", 1), "user:test");
                    throw new IllegalStateException("changed its mind");
                }))
                .hasMessageContaining("changed its mind");
        QuarkusTransaction.requiringNew()
                .run(() -> log.append("pipeline.probe", "kept", Map.of("a", List.of(1, 2)), "user:test"));

        assertThat(column("select subject || ' ' || data || ' ' || caused_by from pipeline.event "
                        + "where type = 'pipeline.probe'"))
                .containsExactly("kept {\"a\": [1, 2]} user:test");
    }

    @Test
    void readsWhatWasAppended() throws Exception {
        List<Event> events = new CopyOnWriteArrayList<>();
        EventConsumer reader = new EventConsumer() {
            @Override
            public String name() {
                return "reader";
            }

            @Override
            public String source() {
                return "registry";
            }

            @Override
            public void handle(Event event) {
                events.add(event);
            }
        };
        delivery.start(reader);
        delivery.start(reader);
        drain(reader);
        events.clear();
        try (Connection connection = writer()) {
            append(connection, "read", "models:/m", true);
            connection.commit();
        }

        Eventually.holds("the event is read", () -> {
            drain(reader);
            return !events.isEmpty();
        });

        Event event = events.get(0);
        JsonNode data = event.data();
        assertThat(event.type()).isEqualTo("read");
        assertThat(event.subject()).isEqualTo("models:/m");
        assertThat(data.path("failing").asBoolean()).isTrue();
        assertThat(event.causedBy()).isEqualTo("test");
        assertThat(event.eventId().toString())
                .isEqualTo(column("select event_id from registry.event where type = 'read'")
                        .get(0));
    }

    @Test
    void tellsListenersOfCommitsAndDoesSoAgainAfterTheConnectionWasLost() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        listener.onNotification(heard::add);

        Eventually.holds("a notification", () -> commitOneAndSee(heard));
        postgres.dropConnections();
        heard.clear();
        Eventually.holds("a notification after the loss", () -> commitOneAndSee(heard));

        assertThat(heard).containsOnly("registry");
        Eventually.holds("the pool has only living connections", this::poolIsAlive);
    }

    private boolean poolIsAlive() throws SQLException {
        for (int i = 0; i < 20; i++) {
            try (Connection connection = dataSource.getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("select 1");
            } catch (SQLException e) {
                return false;
            }
        }
        return true;
    }

    private boolean commitOneAndSee(List<String> heard) throws SQLException {
        try (Connection connection = writer()) {
            append(connection, "ping", "ping", false);
            connection.commit();
        }
        return !heard.isEmpty();
    }
}
