package io.millrace.common.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.common.error.ErrorCode;
import io.millrace.common.error.PlatformException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {

    @Test
    void keepsThePageAndPointsBehindItsLastItem() {
        Page<String> page = Page.of(List.of("a", "b", "c"), 2, item -> List.of(item, "x"));

        assertThat(page.items()).containsExactly("a", "b");
        assertThat(PageToken.decode(page.nextPageToken(), 2)).containsExactly("b", "x");
    }

    @Test
    void endsWithoutATokenWhenNothingIsLeft() {
        assertThat(Page.of(List.of("a", "b"), 2, List::of).nextPageToken()).isNull();
    }

    @Test
    void givesBackEveryKeyItMade() {
        List<String> key = List.of("", "3:a", "Grüße 🚂", "a/b\n");

        assertThat(PageToken.decode(PageToken.encode(key), 4)).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "!", "MTph", "OTk5OmE", "LTE6YQ", "YWJj"})
    void refusesATokenItDidNotMake(String token) {
        assertThatThrownBy(() -> PageToken.decode(token, 2)).isInstanceOfSatisfying(PlatformException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
            assertThat(e.errors().get(0).pointer()).isEqualTo("/pageToken");
        });
    }
}
