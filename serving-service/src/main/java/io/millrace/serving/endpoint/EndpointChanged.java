package io.millrace.serving.endpoint;

/** Told inside this process after an endpoint's change is committed. */
public record EndpointChanged(String endpoint) {}
