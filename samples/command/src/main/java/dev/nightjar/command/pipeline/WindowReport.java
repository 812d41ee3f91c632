/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import dev.nightjar.spark.Equivalence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** The comparison of windows as Markdown, with a picture of the times beside it. */
final class WindowReport {
    private static final double MEBIBYTE = 1024.0 * 1024;

    private WindowReport() {}

    static void write(Path file, Map<String, Equivalence> kinds, Duration window) throws IOException {
        Path picture = file.resolveSibling(file.getFileName().toString().replaceFirst("\\.[^.]*$", "") + ".svg");
        StringBuilder text = new StringBuilder("# Windows compared, by a stream and by a batch\n\n");
        text.append("Windows of ").append(window.toString().substring(2).toLowerCase(Locale.ROOT));
        text.append("; sliding ones begin, and sessions end, after a third of that. One run each, on ")
                .append(Runtime.getRuntime().availableProcessors())
                .append(" processors, both over the same records: take the figures as ratios.\n\n")
                .append(
                        "| windows | by | seconds | CPU seconds | heap, MiB at most | records | counts | late | state rows |"
                                + " state, MiB | only here |\n|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        kinds.forEach((kind, found) -> {
            text.append(row(kind, "stream", found.stream(), found.onlyInStream().size()));
            text.append(row(kind, "batch", found.batch(), found.onlyInBatch().size()));
        });
        text.append(
                        "\n`only here` are counts that the other way has not, or not with that number; it is 0 unless tweets came"
                                + " later than the watermark allows. Of sessions, a stream gives only those that are final, and only those are"
                                + " compared.\n\n![Seconds by windows, for the stream and the batch](")
                .append(picture.getFileName())
                .append(")\n");
        Files.writeString(file, text);
        Files.writeString(picture, picture(kinds));
    }

    private static String row(String kind, String by, Equivalence.Run run, int only) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.1f | %.1f | %.0f | %,d | %,d | %,d | %,d | %.1f | %,d |%n",
                kind,
                by,
                seconds(run.time()),
                seconds(run.cpu()),
                run.peakHeap() / MEBIBYTE,
                run.records(),
                run.counts(),
                run.lateRows(),
                run.stateRows(),
                run.stateBytes() / MEBIBYTE,
                only);
    }

    /** A bar for each run, as long as it took. */
    private static String picture(Map<String, Equivalence> kinds) {
        double longest = kinds.values().stream()
                .mapToDouble(found -> Math.max(
                        seconds(found.stream().time()), seconds(found.batch().time())))
                .max()
                .orElse(1);
        StringBuilder svg = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 560 "
                + (40 + 56 * kinds.size()) + "\" role=\"img\" font-family=\"sans-serif\" font-size=\"13\">\n"
                + "<title>Seconds by windows, for the stream and the batch</title>\n"
                + "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        int top = 16;
        for (Map.Entry<String, Equivalence> kind : kinds.entrySet()) {
            svg.append(bar(
                    top,
                    kind.getKey() + ", stream",
                    seconds(kind.getValue().stream().time()),
                    longest,
                    "#2f6f8f"));
            svg.append(bar(
                    top + 24,
                    kind.getKey() + ", batch",
                    seconds(kind.getValue().batch().time()),
                    longest,
                    "#c8963e"));
            top += 56;
        }
        return svg.append("</svg>\n").toString();
    }

    private static String bar(int top, String name, double seconds, double longest, String colour) {
        double length = 340 * seconds / longest;
        return String.format(
                Locale.ROOT,
                "<text x=\"128\" y=\"%d\" text-anchor=\"end\" fill=\"#222222\">%s</text>"
                        + "<rect x=\"136\" y=\"%d\" width=\"%.1f\" height=\"18\" fill=\"%s\"/>"
                        + "<text x=\"%.1f\" y=\"%d\" fill=\"#222222\">%.1f s</text>%n",
                top + 14,
                name,
                top,
                length,
                colour,
                142 + length,
                top + 14,
                seconds);
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1e3;
    }
}
