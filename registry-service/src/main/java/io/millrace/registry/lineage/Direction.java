package io.millrace.registry.lineage;

/** Which way to go. */
enum Direction {
    /** To what a thing was made of. */
    UP,
    /** To what was made of it. */
    DOWN,
    BOTH
}
