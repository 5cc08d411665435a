package io.millrace.registry.search;

import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A piece of SQL that the code wrote, and its arguments in order. */
public record Condition(String sql, List<? extends @Nullable Object> arguments) {

    /** Gives one argument to a statement: {@code statement::setObject}. */
    @FunctionalInterface
    public interface Binder {
        void set(int index, @Nullable Object argument) throws SQLException;
    }

    /** Binds the arguments from an index on; answers the index after them. */
    public int bind(int index, Binder statement) throws SQLException {
        int next = index;
        for (Object argument : arguments) {
            statement.set(next++, argument);
        }
        return next;
    }
}
