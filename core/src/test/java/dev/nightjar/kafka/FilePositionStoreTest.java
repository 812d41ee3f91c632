/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.ConfigException;
import dev.nightjar.RetriableException;
import dev.nightjar.SourcePosition;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilePositionStoreTest {
    @TempDir
    Path directory;

    @Test
    void withoutAFileThePositionIsTheStart() {
        assertThat(store("none").load()).isEqualTo(SourcePosition.START);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "17", "tweets.jsonl:12 \u591c", "x"})
    void thePositionKeptLastComesBack(String token) {
        store("deep/down/position").save(new SourcePosition("a much longer one before"));
        store("deep/down/position").save(new SourcePosition(token));
        assertThat(store("deep/down/position").load().token()).isEqualTo(token);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "cut off", "two\nlines\n", "bell\u0007\n"})
    void aDamagedFileIsAnErrorRatherThanABeginningAtTheStart(String content) throws Exception {
        Files.writeString(directory.resolve("position"), content);
        assertThatThrownBy(() -> store("position").load())
                .isInstanceOf(ConfigException.class)
                .hasMessage("The position file '" + directory.resolve("position")
                        + "' is damaged; delete it to begin at the start");
    }

    @Test
    void bytesThatAreNotUtf8AreDamageToo() throws Exception {
        Files.write(directory.resolve("position"), new byte[] {(byte) 0xff, '\n'});
        assertThatThrownBy(() -> store("position").load()).isInstanceOf(ConfigException.class);
    }

    @Test
    void aFailedSaveKeepsThePositionBefore() throws Exception {
        store("position").save(new SourcePosition("7"));
        Files.createDirectory(directory.resolve("position.next"));
        assertThatThrownBy(() -> store("position").save(new SourcePosition("8")))
                .isInstanceOf(RetriableException.class)
                .hasMessage("Cannot write the position file '" + directory.resolve("position") + "'");
        assertThat(store("position").load().token()).isEqualTo("7");
    }

    @Test
    void aCrashWhileTheNextPositionIsWrittenKeepsThePositionBefore() throws Exception {
        store("position").save(new SourcePosition("7"));
        Files.writeString(directory.resolve("position.next"), "8");
        assertThat(store("position").load().token()).isEqualTo("7");
        store("position").save(new SourcePosition("9"));
        assertThat(store("position").load().token()).isEqualTo("9");
    }

    private PositionStore store(String file) {
        return PositionStore.file(directory.resolve(file));
    }
}
