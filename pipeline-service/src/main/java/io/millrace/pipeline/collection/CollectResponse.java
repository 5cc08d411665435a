package io.millrace.pipeline.collection;

/** What went, or would go in a dry run, and how many files stay. */
record CollectResponse(boolean dryRun, long files, long bytes, long kept) {}
