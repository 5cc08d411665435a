package io.millrace.common.badtree.stock;

import io.millrace.common.badtree.order.OrderService;
import io.quarkus.scheduler.Scheduled;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;

/** Escapes every rule on resources, services, stores and jobs by its name. */
@Path("/stock")
public class Stock {

    private final Class<?> other = OrderService.class;

    public int amount() {
        return other.hashCode();
    }

    @Transactional
    public void close(Connection connection) throws SQLException {
        connection.close();
    }

    @Scheduled(every = "24h", delayed = "24h")
    void tick() {
        System.out.println(Instant.now());
    }
}
