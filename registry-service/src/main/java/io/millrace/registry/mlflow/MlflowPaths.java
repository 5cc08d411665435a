package io.millrace.registry.mlflow;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;
import java.net.URI;
import java.util.List;

/** MLflow answers each operation at several paths; all but one are read as that one. Public for generated classes. */
@Provider
@PreMatching
public class MlflowPaths implements ContainerRequestFilter {

    private static final String HOME = "/api/2.0/";
    private static final List<String> TWINS = List.of("/ajax-api/2.0/", "/api/2.0/preview/", "/ajax-api/2.0/preview/");

    @Override
    public void filter(ContainerRequestContext context) {
        String path = context.getUriInfo().getRequestUri().getRawPath();
        String home = home(path);
        if (!home.equals(path)) {
            String query = context.getUriInfo().getRequestUri().getRawQuery();
            context.setRequestUri(URI.create(home + (query == null ? "" : "?" + query)));
        }
    }

    static String home(String path) {
        String merged = path.startsWith("//") ? path.replaceFirst("^/+", "/") : path;
        for (int i = TWINS.size() - 1; i >= 0; i--) {
            String twin = TWINS.get(i);
            if (merged.startsWith(twin + "mlflow")) {
                return HOME + merged.substring(twin.length());
            }
        }
        return merged;
    }
}
