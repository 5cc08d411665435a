package io.millrace.registry.bundle;

/**
 * What an import made.
 *
 * @param runs those that were not here before; one that was stays as it is
 * @param files contents that came with the bundle
 * @param keyId the key of the installation that it comes from
 */
public record ImportReport(String model, int versions, int runs, int loggedModels, int files, String keyId) {}
