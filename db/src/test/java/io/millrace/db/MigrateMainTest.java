package io.millrace.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.db.MigratorConfig.BootstrapToken;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrateMainTest {

    private static final String HASH = "0123456789abcdef".repeat(4);

    @TempDir
    Path directory;

    @Test
    void readsEverythingFromTheEnvironment() throws Exception {
        Path tokens = directory.resolve("tokens");
        Files.writeString(tokens, "# first tokens\n\nadmin admin " + HASH + "\nci viewer,engineer " + HASH + "\n");

        MigratorConfig config = MigrateMain.config(Map.of(
                "MILLRACE_DB_URL", "jdbc:postgresql://localhost/x",
                "MILLRACE_DB_USER", "owner",
                "MILLRACE_DB_PASSWORD", "hidden",
                "MILLRACE_DB_PASSWORD_SERVING", "secret",
                "MILLRACE_BOOTSTRAP_TOKENS_FILE", tokens.toString()));

        assertThat(config.rolePasswords()).containsExactly(Map.entry("serving", "secret"));
        assertThat(config.tokens())
                .containsExactly(
                        new BootstrapToken("admin", List.of("admin"), HASH),
                        new BootstrapToken("ci", List.of("viewer", "engineer"), HASH));
        assertThat(config.toString()).doesNotContain("hidden", "secret", HASH);
    }

    @Test
    void namesTheVariableThatIsMissing() {
        assertThatThrownBy(() -> MigrateMain.config(Map.of("MILLRACE_DB_URL", "jdbc:postgresql://localhost/x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("MILLRACE_DB_USER is not set");
    }

    @Test
    void refusesALineThatIsNoToken() {
        assertThatThrownBy(() -> BootstrapToken.parse("admin admin"))
                .hasMessage("a token line is: name role[,role] sha256");
        assertThatThrownBy(() -> BootstrapToken.parse("admin admin mlr_plain"))
                .hasMessage("sha256: must be 64 lower-case hex digits");
    }

    @Test
    void refusesThePasswordOfAnUnknownService() {
        assertThatThrownBy(() -> new MigratorConfig("u", "o", "p", Map.of("billing", "x"), List.of()))
                .hasMessage("rolePasswords: no such service: billing");
    }
}
