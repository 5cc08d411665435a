package io.millrace.registry.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

record CreateModelRequest(
        @Nullable String name,
        @Nullable String description,
        @Nullable Map<String, String> tags) {}
