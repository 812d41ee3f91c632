/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelledRowTest {
    private static final String DATE = "Mon Apr 06 22:19:45 PDT 2009";

    @TempDir
    private Path folder;

    @Test
    void thePolaritiesOfSentiment140AreLabels() throws Exception {
        Path file = write(
                "training.csv",
                "\"0\",\"1467810369\",\"" + DATE
                        + "\",\"NO_QUERY\",\"owl\",\"a \"\"bad\"\" day &amp; night, caf\u00e9\"\n"
                        + "\"2\",\"1467810370\",\"" + DATE + "\",\"NO_QUERY\",\"lark\",\"a day\"\n"
                        + "\"4\",\"1467810371\",\"" + DATE + "\",\"NO_QUERY\",\"lark\",\"two\nlines\"\n");
        assertThat(LabelledRow.isIn(file)).isTrue();
        assertThat(LabelledRow.read(file, null))
                .containsExactly(
                        new LabelledRow("negative", "a \"bad\" day & night, caf\u00e9"),
                        new LabelledRow("neutral", "a day"),
                        new LabelledRow("positive", "two\nlines"));
        assertThat(LabelledRow.read(file, "label=1,text=5")).first().isEqualTo(new LabelledRow("0", "owl"));
    }

    @Test
    void aPolarityThatMeansNothingIsNoLabel() throws Exception {
        Path file = write(
                "training.csv",
                "0,1467810369," + DATE + ",NO_QUERY,owl,a day\n3,1467810370," + DATE + ",NO_QUERY,owl,a night\n");
        assertThatThrownBy(() -> LabelledRow.read(file, null))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("training.csv:2: The polarity is none of 0, 2 and 4")
                .hasMessageNotContaining("night");
    }

    @Test
    void columnsAreKnownByTheirNamesOrGiven() throws Exception {
        Path known = write("known.csv", "id;Label;Full text\n1;joy;what; a day\n".replace("what; a", "what, a"));
        assertThat(LabelledRow.isIn(known)).isTrue();
        assertThat(LabelledRow.read(known, null)).containsExactly(new LabelledRow("joy", "what, a day"));
        Path other = write("other.csv", "mood,what\njoy,a day\nfear,\"a night, alone\"\n\n");
        assertThat(LabelledRow.isIn(other)).isFalse();
        assertThat(LabelledRow.read(other, "label=mood,text=what"))
                .containsExactly(new LabelledRow("joy", "a day"), new LabelledRow("fear", "a night, alone"));
        Path bare = write("bare.csv", "joy,a day\nfear,a night\n");
        assertThat(LabelledRow.read(bare, "label=1,text=2")).hasSize(2);
        Path headed = write("headed.csv", "label,text\njoy,a day\n");
        assertThat(LabelledRow.read(headed, "label=1,text=2")).containsExactly(new LabelledRow("joy", "a day"));
    }

    @Test
    void linesOfLabelTabTextAreNoneOfThese() throws Exception {
        assertThat(LabelledRow.isIn(write("x.tsv", "joy\ta day, a \"night\nfear\tthe sentiment\n")))
                .isFalse();
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        Path file = write("mood.csv", "mood,text\njoy,a day\n,a night\n");
        assertThatThrownBy(() -> LabelledRow.read(file, null))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("its columns are mood, text, and which holds the label is not known")
                .hasMessageContaining("label=sentiment,text=tweet");
        assertThatThrownBy(() -> LabelledRow.read(file, "label=moot,text=text"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("which holds the label");
        assertThatThrownBy(() -> LabelledRow.read(file, "lable=mood,text=text"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("does not say which columns hold what");
        assertThatThrownBy(() -> LabelledRow.read(file, "label=mood,text=text"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("mood.csv:3: The row has no label; mend the row or delete it");
        Path torn = write("torn.csv", "label,text\njoy,a day,and more\n");
        assertThatThrownBy(() -> LabelledRow.read(torn, null))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("torn.csv:2: The row has 3 columns, not 2");
        Path gone = folder.resolve("gone.csv");
        assertThatThrownBy(() -> LabelledRow.isIn(gone))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("does not exist");
    }

    @Test
    void aFileMayBeCompressed() throws Exception {
        Path file = folder.resolve("mood.csv.gz");
        Replays.write(file, Replays.gzip("label,text\njoy,a day\n".getBytes(StandardCharsets.UTF_8)));
        assertThat(LabelledRow.read(file, null)).containsExactly(new LabelledRow("joy", "a day"));
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 12));
        assertThatThrownBy(() -> LabelledRow.read(file, null))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("ends within its data");
    }

    private Path write(String name, String content) throws Exception {
        return Files.writeString(folder.resolve(name), content);
    }
}
