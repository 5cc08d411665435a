package io.millrace.registry.bundle;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

@ConfigMapping(prefix = "millrace.registry.bundle")
interface BundleConfig {

    /** How large the rows of a bundle may be, unpacked. */
    @WithDefault("1G")
    MemorySize maxRows();

    /** How large a file of a bundle may be, unpacked. */
    @WithDefault("20G")
    MemorySize maxFile();

    /** A PEM file with public keys of installations whose bundles are taken; without it every administrator's bundle is. */
    Optional<Path> trustedKeys();
}
