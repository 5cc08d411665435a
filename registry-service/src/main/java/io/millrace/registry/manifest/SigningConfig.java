package io.millrace.registry.manifest;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/** The key that signs versions. */
@ConfigMapping(prefix = "millrace.registry.signing")
interface SigningConfig {

    /**
     * PEM file with an Ed25519 key pair; made when it is not there. Replicas share one. The
     * public key is written beside it, with {@code .pub} at the end.
     */
    @WithDefault("${millrace.data-dir:.millrace/registry}/signing-key.pem")
    Path keyFile();
}
