package io.millrace.common.auth;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;
import org.jboss.logging.MDC;

/** Adds the service's token and the current request's id to a call. Register it on a REST client. */
@ApplicationScoped
public class ServiceTokenFilter implements ClientRequestFilter {

    private static final String REQUEST_ID = "X-Request-Id";

    private final ServiceIdentity identity;

    ServiceTokenFilter(ServiceIdentity identity) {
        this.identity = identity;
    }

    @Override
    public void filter(ClientRequestContext request) {
        identity.authorization().ifPresent(value -> request.getHeaders().putSingle("Authorization", value));
        Object requestId = MDC.get("requestId");
        if (requestId != null) {
            request.getHeaders().putSingle(REQUEST_ID, requestId.toString());
        }
    }
}
