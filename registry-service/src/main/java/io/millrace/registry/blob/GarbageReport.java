package io.millrace.registry.blob;

/**
 * What a collection found.
 *
 * @param dryRun whether everything was left as it is
 * @param blobs contents that nobody refers to
 * @param bytes their size
 * @param missing those of them that the store did not hold any more
 * @param leftovers of broken uploads; not counted in a dry run
 * @param more whether there is more than one call collects
 */
public record GarbageReport(boolean dryRun, int blobs, long bytes, int missing, int leftovers, boolean more) {}
