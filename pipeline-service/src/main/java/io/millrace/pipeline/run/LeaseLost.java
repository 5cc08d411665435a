package io.millrace.pipeline.run;

/** What a worker finds out when it asks for its lease: whether it may go on, and if not, why. */
enum LeaseLost {
    NO,
    TAKEN_OVER,
    CANCELLED
}
