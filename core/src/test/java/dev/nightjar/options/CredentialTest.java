/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.ConfigException;
import dev.nightjar.Serialized;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialTest {
    @Test
    void aLiteralIsTheSecretAndIsNeverShown() {
        Credential credential = Credential.literal("s3cret");
        assertThat(credential.resolve()).isEqualTo("s3cret");
        assertThat(credential).hasToString("***");
    }

    @Test
    void aFileIsReadWhenTheSecretIsUsed(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("token");
        Credential credential = Credential.file(file);
        Files.writeString(file, " s3cret \u00e9\r\n");
        assertThat(credential.resolve()).isEqualTo("s3cret \u00e9");
        Files.writeString(file, "another");
        assertThat(credential.resolve()).isEqualTo("another");
        Files.writeString(file, "\uFEFFmarked");
        assertThat(credential.resolve()).isEqualTo("marked");
        assertThat(credential).hasToString("file:" + file);
    }

    @Test
    void aFileThatCannotBeReadIsNamed(@TempDir Path folder) throws Exception {
        Path missing = folder.resolve("missing");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Credential.file(missing).resolve())
                .withMessage(
                        "Cannot read the file '" + missing + "', which should hold a secret (NoSuchFileException)");
        Path latin1 = Files.write(folder.resolve("latin-1"), new byte[] {(byte) 0xe9, 's', '3', 'c'});
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Credential.file(latin1).resolve())
                .withMessageContaining("(MalformedInputException)");
    }

    @Test
    void anEmptySecretIsNone(@TempDir Path folder) throws Exception {
        Path empty = Files.writeString(folder.resolve("empty"), " \n");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Credential.file(empty).resolve())
                .withMessage("The secret of file:" + empty + " is empty");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Credential.literal("").resolve())
                .withMessage("The secret of *** is empty");
    }

    @Test
    void aVariableIsReadWhenTheSecretIsUsed() {
        Map.Entry<String, String> variable = System.getenv().entrySet().stream()
                .filter(entry -> !entry.getValue().isEmpty())
                .findFirst()
                .orElseThrow();
        Credential credential = Credential.env(variable.getKey());
        assertThat(credential.resolve().equals(variable.getValue()))
                .as("the variable's value")
                .isTrue();
        assertThat(credential).hasToString("env:" + variable.getKey());
    }

    @Test
    void aVariableThatIsNotSetIsNamed() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Credential.env("NIGHTJAR_NO_SUCH_VARIABLE").resolve())
                .withMessage(
                        "The environment variable 'NIGHTJAR_NO_SUCH_VARIABLE', which should hold a secret, is not set");
    }

    @Test
    void aTextSaysWhereTheSecretIs() {
        assertThat(Credential.parse("env:TOKEN")).isEqualTo(Credential.env("TOKEN"));
        assertThat(Credential.parse("file:/run/token")).isEqualTo(Credential.file(Path.of("/run/token")));
        assertThat(Credential.parse("s3cret")).isEqualTo(Credential.literal("s3cret"));
        assertThat(Credential.parse("ENV:x")).isEqualTo(Credential.literal("ENV:x"));
    }

    @Test
    void credentialsAreEqualByKindAndValue() {
        Credential credential = Credential.env("TOKEN");
        assertThat(credential)
                .isEqualTo(Credential.env("TOKEN"))
                .hasSameHashCodeAs(Credential.env("TOKEN"))
                .isNotEqualTo(Credential.env("OTHER"))
                .isNotEqualTo(Credential.literal("TOKEN"))
                .isNotEqualTo(Credential.file(Path.of("TOKEN")));
    }

    @Test
    void aCopyByJavaSerializationIsEqual() {
        assertThat(Serialized.copyOf(Credential.literal("s3cret"))).isEqualTo(Credential.literal("s3cret"));
        assertThat(Serialized.copyOf(Credential.file(Path.of("token")))).isEqualTo(Credential.file(Path.of("token")));
    }
}
