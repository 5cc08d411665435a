package io.millrace.embedded;

import java.nio.file.Path;

/** A process that starts a server and waits to be killed. */
final class Starter {

    private Starter() {}

    public static void main(String[] args) throws Exception {
        EmbeddedPostgres server = EmbeddedPostgres.start(new EmbeddedPostgres.Options(Path.of(args[0]), 0, true));
        try (var connection = server.connect();
                var statement = connection.createStatement()) {
            statement.execute("create table kept (id int)");
            statement.execute("insert into kept select generate_series(1, 1000)");
        }
        System.out.println("ready " + server.pid() + " " + server.port());
        Thread.sleep(Long.MAX_VALUE);
    }
}
