package io.millrace.serving.feedback;

import io.millrace.common.auth.Roles;
import io.millrace.common.error.PlatformException;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Truths about earlier predictions. */
@Path("/api/v1/feedback")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
class FeedbackResource {

    private final FeedbackService feedback;
    private final Clock clock;
    private final SecurityIdentity caller;

    FeedbackResource(FeedbackService feedback, Clock clock, SecurityIdentity caller) {
        this.feedback = feedback;
        this.clock = clock;
        this.caller = caller;
    }

    @POST
    @RolesAllowed(Roles.PREDICTOR)
    public FeedbackResponse add(@Nullable FeedbackRequest request) {
        if (request == null) {
            throw PlatformException.invalid("", "a body with items is required");
        }
        List<Feedback> items = request.checked(clock.instant());
        return FeedbackResponse.of(feedback.add(items, caller.getPrincipal().getName()));
    }
}
