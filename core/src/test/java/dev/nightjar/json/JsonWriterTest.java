/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.DataException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonWriterTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "\u00e9\u20ac", "\uD83C\uDF75", "\uD83C\uDF75\u00e9\uD83C\uDF75 \u2028"})
    void everyCharacterIsItsUtf8(String text) {
        assertThat(write(text)).isEqualTo("{\"%1$s\":\"%1$s\"}".formatted(text).getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\uD83C\uDF75"})
    void whatIsEscapedIsSoWhateverStandsBesideIt(String besides) {
        String escaped = "\\\"\\\\/\\n\\t\\u0000\\u001F\u007f" + besides;

        assertThat(write("\"\\/\n\t\u0000\u001f\u007f" + besides))
                .isEqualTo("{\"%1$s\":\"%1$s\"}".formatted(escaped).getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uD83C", "\uDF75", "\uD83C ", "\uDF75\uD83C", "\uD83C\uDF75\uD83C"})
    void aLoneSurrogateIsRefused(String text) {
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> write(text))
                .satisfies(e -> assertThat(e.code()).isEqualTo("bad-text"));
    }

    private static byte[] write(String text) {
        return JsonWriter.object(100, json -> json.writeStringField(text, text));
    }
}
