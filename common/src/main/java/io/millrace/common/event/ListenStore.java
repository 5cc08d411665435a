package io.millrace.common.event;

import io.millrace.common.error.StoreFailure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** A connection of its own for LISTEN: one from the pool would be handed on, and its notifications with it. */
@ApplicationScoped
class ListenStore {

    private static final int WAIT_MS = 1000;

    private final Optional<String> url;
    private final Optional<String> user;
    private final Optional<String> password;

    ListenStore(
            @ConfigProperty(name = "quarkus.datasource.jdbc.url") Optional<String> url,
            @ConfigProperty(name = "quarkus.datasource.username") Optional<String> user,
            @ConfigProperty(name = "quarkus.datasource.password") Optional<String> password) {
        this.url = url;
        this.user = user;
        this.password = password;
    }

    /** Passes on payloads until {@code goOn} says no or the connection is lost. */
    void listen(BooleanSupplier goOn, Consumer<String> callback) {
        Properties properties = new Properties();
        user.ifPresent(name -> properties.setProperty("user", name));
        password.ifPresent(secret -> properties.setProperty("password", secret));
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("ApplicationName", "millrace-listen");
        try (var connection = DriverManager.getConnection(address(), properties);
                var statement = connection.createStatement()) {
            statement.execute("listen millrace_event");
            PGConnection postgres = connection.unwrap(PGConnection.class);
            while (goOn.getAsBoolean()) {
                PGNotification[] notifications = postgres.getNotifications(WAIT_MS);
                if (notifications != null) {
                    for (PGNotification notification : notifications) {
                        callback.accept(notification.getParameter());
                    }
                }
            }
        } catch (SQLException e) {
            throw StoreFailure.of("listen", e);
        }
    }

    /** Where the store is; a service without one cannot start. */
    String address() {
        return url.orElseThrow(() -> new IllegalStateException("The store is not configured: set "
                + "QUARKUS_DATASOURCE_JDBC_URL, QUARKUS_DATASOURCE_USERNAME and QUARKUS_DATASOURCE_PASSWORD"));
    }
}
