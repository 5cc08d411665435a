package io.millrace.registry.run;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** A data source that notes each statement with the plan that PostgreSQL makes for its values. For one thread. */
final class StatementLog {

    /** @param plan as {@code explain} writes it */
    record Entry(String sql, String plan) {}

    private record Setter(Method method, Object[] arguments) {}

    private final List<Entry> entries = new ArrayList<>();
    private final DataSource dataSource;

    StatementLog(DataSource real) {
        this.dataSource = proxy(DataSource.class, (self, method, arguments) -> {
            Object result = call(real, method, arguments);
            return result instanceof Connection connection ? watch(connection) : result;
        });
    }

    DataSource dataSource() {
        return dataSource;
    }

    /** What was executed since the last call. */
    List<Entry> take() {
        List<Entry> taken = List.copyOf(entries);
        entries.clear();
        return taken;
    }

    private Connection watch(Connection real) {
        return proxy(Connection.class, (self, method, arguments) -> {
            Object result = call(real, method, arguments);
            return result instanceof PreparedStatement statement
                    ? watch(real, statement, (String) arguments[0])
                    : result;
        });
    }

    private PreparedStatement watch(Connection connection, PreparedStatement real, String sql) {
        List<Setter> setters = new ArrayList<>();
        return proxy(PreparedStatement.class, (self, method, arguments) -> {
            if (method.getName().startsWith("set")) {
                setters.add(new Setter(method, arguments));
            }
            if (method.getName().startsWith("execute")) {
                entries.add(new Entry(sql, plan(connection, sql, setters)));
            }
            return call(real, method, arguments);
        });
    }

    private static String plan(Connection connection, String sql, List<Setter> setters) throws Throwable {
        StringBuilder plan = new StringBuilder();
        try (PreparedStatement explain = connection.prepareStatement("explain (costs off) " + sql)) {
            for (Setter setter : setters) {
                call(explain, setter.method(), setter.arguments());
            }
            try (ResultSet row = explain.executeQuery()) {
                while (row.next()) {
                    plan.append(row.getString(1)).append('\n');
                }
            }
        } catch (SQLException e) {
            throw new AssertionError("no plan for " + sql, e);
        }
        return plan.toString();
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(StatementLog.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
