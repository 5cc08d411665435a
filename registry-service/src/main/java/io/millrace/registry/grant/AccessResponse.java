package io.millrace.registry.grant;

import java.util.List;

/** The grants of a thing. Without one everybody may do with it what their roles allow. */
record AccessResponse(boolean restricted, List<Grant> grants) {}
