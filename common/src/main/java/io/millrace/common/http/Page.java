package io.millrace.common.http;

import io.millrace.common.error.PlatformException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param nextPageToken give it back as {@code pageToken} for the next page; none on the last page
 */
public record Page<T>(List<T> items, @Nullable String nextPageToken) {

    private static final int MAX_SIZE = 1000;

    public Page {
        items = List.copyOf(items);
    }

    /**
     * Makes a page of what a store found when it was asked for one item more than {@code pageSize}: the extra item says
     * that there is a next page, whose token is the key of the last item kept.
     */
    public static <T> Page<T> of(List<T> found, int pageSize, Function<? super T, List<String>> key) {
        if (found.size() <= pageSize) {
            return new Page<>(found, null);
        }
        List<T> kept = found.subList(0, pageSize);
        return new Page<>(kept, PageToken.encode(key.apply(kept.get(pageSize - 1))));
    }

    /** The page size that a caller asks for, if it is allowed. */
    public static int checkedSize(int pageSize) {
        if (pageSize < 1 || pageSize > MAX_SIZE) {
            throw PlatformException.invalid("/pageSize", "must be between 1 and " + MAX_SIZE);
        }
        return pageSize;
    }

    public <R> Page<R> map(Function<? super T, ? extends R> mapping) {
        return new Page<>(items.stream().<R>map(mapping).toList(), nextPageToken);
    }
}
