package io.millrace.monitoring.lineage;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;

/** The way from an effect (first) back to its first known cause (last). */
record CauseResponse(List<Node> nodes) {

    record Node(String id, String kind, Instant at, String title, JsonNode detail, String causedBy) {}
}
