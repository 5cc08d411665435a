package io.millrace.pipeline.definition;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronTest {

    private static final String LOS_ANGELES = "America/Los_Angeles";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 3 * * MON      | 0 0 3 ? * 2",
                "30 4 * * *       | 0 30 4 * * ?",
                "0 3 * * 0        | 0 0 3 ? * 1",
                "0 3 * * 7        | 0 0 3 ? * 1",
                "0 3 * * 1-5      | 0 0 3 ? * 2,3,4,5,6",
                "0 3 * * FRI-7    | 0 0 3 ? * 1,6,7",
                "*/15 9-17 * * *  | 0 0,15,30,45 9,10,11,12,13,14,15,16,17 * * ?",
                "0 0 1 JAN,jul *  | 0 0 0 1 1,7 ?",
                "5/20 0 * * *     | 0 5,25,45 0 * * ?",
            })
    void putsUnixIntoTheWordsOfQuartz(String unix, String quartz) {
        assertThat(Cron.quartz(unix)).isEqualTo(quartz);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "* * * *",
                "0 0 3 ? * MON",
                "60 3 * * *",
                "0 24 * * *",
                "0 3 0 * *",
                "0 3 * 13 *",
                "0 3 * * 8",
                "0 3 * * FRIDAY",
                "0 3 * * 5L",
                "0 3 * * 5#2",
                "0 3 L * *",
                "0 3 1 * 1",
                "0 3 31 2 *",
                "9-5 3 * * *",
                "*/0 3 * * *",
                "a 3 * * *"
            })
    void refusesWhatUnixDoesNotKnowOrWhatNeverComes(String unix) {
        assertThat(Cron.problem(unix)).isPresent();
    }

    @Test
    void keepsTheHourOfTheZoneOverTheYear() {
        assertThat(Cron.next("0 3 * * *", "Europe/Vienna", Instant.parse("2026-03-28T12:00:00Z"), 2))
                .containsExactly(Instant.parse("2026-03-29T01:00:00Z"), Instant.parse("2026-03-30T01:00:00Z"));
    }

    @Test
    void leavesOutAnHourThatTheDayDoesNotHave() {
        List<Instant> next = Cron.next("0 2 * * *", LOS_ANGELES, Instant.parse("2020-03-07T12:00:00Z"), 2);

        assertThat(next).containsExactly(Instant.parse("2020-03-09T09:00:00Z"), Instant.parse("2020-03-10T09:00:00Z"));
    }

    @Test
    void firesOnceInAnHourThatTheDayHasTwice() {
        List<Instant> next = Cron.next("59 1 * * *", LOS_ANGELES, Instant.parse("2020-10-31T12:00:00Z"), 2);

        assertThat(next).containsExactly(Instant.parse("2020-11-01T09:59:00Z"), Instant.parse("2020-11-02T09:59:00Z"));
    }

    @ParameterizedTest
    @CsvSource({
        "0 3 * * *, 2026-05-04T03:00:00Z, 2026-05-04T03:00:00Z",
        "0 3 * * *, 2026-05-04T02:59:59Z, 2026-05-03T03:00:00Z",
        "0 3 1 1 *, 2026-05-04T03:00:00Z, 2026-01-01T03:00:00Z"
    })
    void findsTheInstantThatWasMissed(String cron, Instant at, Instant expected) {
        assertThat(Cron.latest(cron, "UTC", at)).contains(expected);
    }
}
