package io.millrace.common.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokensTest {

    @Test
    void hashesAsSha256InLowerHex() {
        assertThat(Tokens.hash("abc")).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void makesTokensOf43UrlSafeCharacters() {
        SecureRandom random = new SecureRandom();

        assertThat(Tokens.create(random)).matches("mlr_[A-Za-z0-9_-]{43}").isNotEqualTo(Tokens.create(random));
    }

    @Test
    void bringsIncludedRolesAndNoOthers() {
        assertThat(Roles.expand(List.of("admin"))).containsExactlyInAnyOrderElementsOf(Roles.ALL);
        assertThat(Roles.expand(List.of("engineer"))).containsExactlyInAnyOrder("engineer", "viewer", "predictor");
        assertThat(Roles.expand(List.of("approver"))).containsExactlyInAnyOrder("approver", "viewer");
        assertThat(Roles.expand(List.of("predictor", "root"))).containsExactly("predictor");
    }

    @Test
    void readsATokenFromBearerAndBasic() {
        assertThat(TokenMechanism.token("bearer  t ")).isEqualTo("t");
        assertThat(TokenMechanism.token("Basic dTpwOnE=")).isEqualTo("p:q");
        assertThat(TokenMechanism.token("Basic !")).isEmpty();
        assertThat(TokenMechanism.token("Digest t")).isNull();
        assertThat(TokenMechanism.token(null)).isNull();
    }

    @Test
    void opensOnlyThePathsThatAreListed() {
        List<String> open = List.of("/q/health", "/q/health/*", "/console/*");

        assertThat(AccessGuard.isPublic("/q/health", open)).isTrue();
        assertThat(AccessGuard.isPublic("/q/health/live", open)).isTrue();
        assertThat(AccessGuard.isPublic("/q/healthy", open)).isFalse();
        assertThat(AccessGuard.isPublic("/consoles", open)).isFalse();
        assertThat(AccessGuard.isPublic("/", open)).isFalse();
    }
}
