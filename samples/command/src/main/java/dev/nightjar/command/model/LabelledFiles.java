/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.model;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.classifier.lr.LabelledText;
import dev.nightjar.source.replay.LabelledRow;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Reads files of labelled texts, whichever of the known kinds they are. */
final class LabelledFiles {
    /** What the commands say of such a file. */
    static final String HELP =
            "Labelled texts, UTF-8: a line each of label TAB text; the CSV of Sentiment140, whose polarities become negative,"
                    + " neutral and positive; or other CSV, see --columns. Compressed or not.";

    @Option(
            names = "--columns",
            paramLabel = "PAIRS",
            description =
                    "Which columns of a CSV file hold label and text, by name or number: label=sentiment,text=tweet."
                            + " Names such as these are known without it.")
    private @Nullable String columns;

    /** Whether columns were given. */
    boolean hasColumns() {
        return columns != null;
    }

    /**
     * Reads a file.
     *
     * @throws ConfigException if it cannot be read
     * @throws DataException if a row or line of it is none; it names file and line
     */
    List<LabelledText> read(Path file) {
        if (columns == null && !LabelledRow.isIn(file)) {
            return LabelledText.readTsv(file);
        }
        return LabelledRow.read(file, columns).stream()
                .map(row -> new LabelledText(row.label(), row.text()))
                .toList();
    }
}
