package io.millrace.cli.demo;

import io.millrace.cli.client.Api;
import io.millrace.cli.client.ApiException;
import io.millrace.cli.platform.ServiceName;
import java.util.regex.Pattern;

/**
 * What the models, pipelines and endpoint of one telling are called. Its drift windows lie in 2013 and close once, so each
 * telling has names of its own, also after one that was broken off.
 *
 * @param telling 1 for the first, which has the names of the example's files
 */
record DemoNames(int telling) {

    private static final int NOT_FOUND = 404;

    /** The names as values of the example's YAML; the folder {@code flight-delays} is another word. */
    private static final Pattern NAME = Pattern.compile("(?<=: )flight-delay(-challenger)?(?=[\\s,}]|$)");

    /** The first that this platform does not know. */
    static DemoNames unused(Api api) {
        for (int telling = 1; ; telling++) {
            DemoNames names = new DemoNames(telling);
            if (!exists(api, ServiceName.PIPELINE, "/api/v1/pipelines/" + names.champion())
                    && !exists(api, ServiceName.REGISTRY, "/api/v1/models/" + names.champion())
                    && !exists(api, ServiceName.SERVING, "/api/v1/endpoints/" + names.champion())) {
                return names;
            }
        }
    }

    private static boolean exists(Api api, ServiceName service, String path) {
        try {
            api.get(service, path);
            return true;
        } catch (ApiException e) {
            if (e.status() == NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    /** The model that serves, its pipeline and its endpoint. */
    String champion() {
        return "flight-delay" + suffix();
    }

    String challenger() {
        return "flight-delay-challenger" + suffix();
    }

    /** A pipeline of the example with the names of this telling. */
    String rename(String yaml) {
        return NAME.matcher(yaml).replaceAll("$0" + suffix());
    }

    private String suffix() {
        return telling == 1 ? "" : "-" + telling;
    }
}
