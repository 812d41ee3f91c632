/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.nightjar.ConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunStateTest {
    private static final Map<String, String> SETTINGS = Map.of("source", "replay");

    @TempDir
    private Path folder;

    @Test
    void aRunThatDidNotFinishGoesOnAndAFinishedOneBeginsAnew() throws Exception {
        leave(false, false);
        try (RunState again = RunState.open(folder, SETTINGS, false)) {
            assertThat(again.resumed()).isTrue();
            assertThat(again.position()).exists();
            assertThat(again.store()).exists();
            again.finish();
        }
        try (RunState anew = RunState.open(folder, SETTINGS, false)) {
            assertThat(anew.resumed()).isFalse();
            assertThat(anew.position()).doesNotExist();
            assertThat(anew.store()).doesNotExist();
        }
    }

    @Test
    void whereTheTopicsOutliveARunOnlyThePositionBeginsAnew() throws Exception {
        leave(true, true);
        try (RunState anew = RunState.open(folder, SETTINGS, true)) {
            assertThat(anew.resumed()).isFalse();
            assertThat(anew.position()).doesNotExist();
            assertThat(anew.store()).exists();
        }
    }

    @Test
    void otherSettingsBeginAnewAndWhatIsNotOfARunStays() throws Exception {
        leave(false, false);
        try (RunState other = RunState.open(folder, Map.of("source", "another"), true)) {
            assertThat(other.resumed()).isFalse();
            assertThat(other.store()).doesNotExist();
        }
        Path mine = Files.createDirectories(folder.resolve("mine"));
        Files.writeString(mine.resolve("thesis.txt"), "chapter one");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> RunState.open(mine, SETTINGS, false))
                .withMessageContaining("holds files that no run wrote, such as 'thesis.txt'");
        assertThat(mine).isDirectoryNotContaining("glob:**/lock");
    }

    @Test
    void noOtherUserCanEnterAFolderThatIsMadeAndOneThatIsThereStaysAsItIs() throws Exception {
        assumeThat(folder.getFileSystem().supportedFileAttributeViews()).contains("posix");
        Path mine = folder.resolve("made").resolve("here");
        RunState.open(mine, SETTINGS, false).close();
        assertThat(Files.getPosixFilePermissions(mine)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        Set<PosixFilePermission> shared = PosixFilePermissions.fromString("rwxr-x---");
        Path ours = Files.createDirectory(folder.resolve("ours"), PosixFilePermissions.asFileAttribute(shared));
        RunState.open(ours, SETTINGS, false).close();
        assertThat(Files.getPosixFilePermissions(ours)).isEqualTo(shared);
    }

    @Test
    void theStateOfAnotherPipelineIsNotDeleted() throws Exception {
        Map<String, String> first = Map.of("pipeline", "emotion-mongo", "source", "replay");
        try (RunState state = RunState.open(folder, first, false)) {
            Files.writeString(state.store(), "tweets");
        }
        Map<String, String> second = Map.of("pipeline", "kappa-hbase", "source", "replay");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> RunState.open(folder, second, false))
                .withMessageContaining("holds the state of emotion-mongo");
        try (RunState state = RunState.open(folder, first, false)) {
            assertThat(state.resumed()).isTrue();
            assertThat(state.store()).hasContent("tweets");
        }
    }

    private void leave(boolean finished, boolean keeps) throws Exception {
        try (RunState state = RunState.open(folder, SETTINGS, keeps)) {
            assertThat(state.resumed()).isFalse();
            Files.writeString(state.position(), "12");
            Files.writeString(state.store(), "tweets");
            if (finished) {
                state.finish();
            }
        }
    }
}
