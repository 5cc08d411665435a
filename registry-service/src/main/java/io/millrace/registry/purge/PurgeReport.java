package io.millrace.registry.purge;

import java.time.Instant;

/**
 * What was purged, or would be.
 *
 * @param deletedBefore what was deleted up to then
 * @param files of versions, whose contents the garbage collection may take
 * @param more whether there are more runs than one call takes
 */
record PurgeReport(
        boolean dryRun,
        Instant deletedBefore,
        int experiments,
        int runs,
        int loggedModels,
        int versions,
        int files,
        boolean more) {}
