package io.millrace.serving.predictionlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serving.testing.Models;
import io.millrace.serving.testing.Serving;
import io.quarkus.test.junit.QuarkusTest;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

@QuarkusTest
class LogOutageIT extends Serving {

    @Test
    void answersWithoutTheDatabaseAndLogsEveryRowOnceItIsBack() throws Exception {
        serve("outage", Models.FIRST);
        Set<String> ids = new HashSet<>();
        postgres.execute("alter role millrace_serving nologin");
        try {
            postgres.dropConnections();
            for (int i = 0; i < 50; i++) {
                ids.add(predict("outage").then().statusCode(200).extract().path("predictions[0].predictionId"));
            }
        } finally {
            postgres.execute("alter role millrace_serving login");
        }

        await(() -> logged("endpoint = 'outage'") == 50);
        assertThat(ids).hasSize(50);
        for (String id : ids) {
            assertThat(logged("id = '" + id + "'")).isEqualTo(1);
        }
    }
}
