package io.millrace.registry.secret;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

@ConfigMapping(prefix = "millrace.secret")
interface SecretConfig {

    /** The key of the installation, at least 32 characters; replicas of the service share it. */
    Optional<String> key();

    /** Where the key is kept when none is given; made at random, for its owner only, when it is first needed. */
    @WithDefault("${millrace.data-dir}/secret.key")
    Path keyFile();
}
