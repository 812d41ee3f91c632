/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.report;

import dev.nightjar.ConfigException;
import dev.nightjar.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command's measurements, for {@link TextReport}, {@link JsonReport} and {@link HtmlReport} to show.
 *
 * @param title what was done, a few words
 * @param file the name of the file of labelled texts
 * @param sha256 the digest of that file
 * @param date when it was done
 * @param models what was measured, at least one
 * @param cascade of two of the models, if it was asked for
 * @param note what else the reader should know, in a sentence; may be empty
 */
public record Report(
        String title,
        String file,
        String sha256,
        Instant date,
        List<Measurement> models,
        @Nullable CascadeCurve cascade,
        String note) {

    /**
     * New measurements on a file of labelled texts.
     *
     * @throws ConfigException if the file cannot be read
     */
    public static Report of(
            String title, Path data, List<Measurement> models, @Nullable CascadeCurve cascade, String note) {
        try {
            return new Report(
                    title, String.valueOf(data.getFileName()), Sha256.of(data), Instant.now(), models, cascade, note);
        } catch (IOException e) {
            throw new ConfigException("Could not read '" + data + "': " + e, e);
        }
    }
}
