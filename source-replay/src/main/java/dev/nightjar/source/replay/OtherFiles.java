/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.io.TextFile;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Kinds of files that people have and that are not read: what is to be done with each, in a sentence. */
final class OtherFiles {
    private static final List<Kind> KINDS = List.of(
            new Kind("PK\u0003\u0004", 0, "a zip archive (or a sheet of Excel); unpack it and give the file within"),
            new Kind("PK\u0005\u0006", 0, "an empty zip archive"),
            new Kind("ustar", 257, "a tar archive; unpack it and give the files within, joined or one by one"),
            new Kind("7z\u00BC\u00AF'\u001C", 0, "a 7z archive; unpack it and give the file within"),
            new Kind("Rar!\u001A\u0007", 0, "a rar archive; unpack it and give the file within"),
            new Kind("\u0004\"M\u0018", 0, "compressed with lz4; decompress it with lz4 -d first"),
            new Kind("\u001F\u009D", 0, "compressed with compress; decompress it with uncompress first"),
            new Kind("]\u0000\u0000", 0, "compressed with lzma; decompress it with xz -d first"),
            new Kind("LZIP", 0, "compressed with lzip; decompress it with lzip -d first"),
            new Kind("\u00FF\u0006\u0000\u0000sNaPpY", 0, "compressed with snappy; decompress it first"),
            new Kind(
                    "PAR1",
                    0,
                    "Parquet, which Spark reads: SparkTweets.fromTable(spark.read().parquet(..), ..); or write it as CSV or"
                            + " JSON lines first"),
            new Kind("ORC", 0, "ORC, which Spark reads; write it as CSV or JSON lines first"),
            new Kind("Obj\u0001", 0, "Avro, which Spark reads; write it as CSV or JSON lines first"),
            new Kind("ARROW1", 0, "Arrow or Feather; write it as CSV or JSON lines first"),
            new Kind("SQLite format 3\u0000", 0, "a database of SQLite; export its table as CSV first"),
            new Kind("\u0089HDF", 0, "HDF5; write it as CSV or JSON lines first"),
            new Kind("\u00D0\u00CF\u0011\u00E0", 0, "a document of Office; save it as CSV in UTF-8 first"),
            new Kind("%PDF", 0, "a PDF document, which has no tweets to replay"));

    private OtherFiles() {}

    private record Kind(String magic, int at, String what) {
        boolean matches(byte[] beginning) {
            byte[] wanted = magic.getBytes(StandardCharsets.ISO_8859_1);
            boolean matches = beginning.length >= at + wanted.length;
            for (int i = 0; matches && i < wanted.length; i++) {
                matches = beginning[at + i] == wanted[i];
            }
            return matches;
        }
    }

    /** What a file is that begins so, and what to do with it; null if it is none of these. */
    static @Nullable String kind(byte[] beginning) {
        for (Kind kind : KINDS) {
            if (kind.matches(beginning)) {
                return kind.what();
            }
        }
        if (beginning.length > 2 && (beginning[0] & 0xFF) == 0x80 && beginning[1] >= 2 && beginning[1] <= 5) {
            return "a pickle of Python; write it as CSV or JSON lines first";
        }
        String text = new String(beginning, 0, Math.min(beginning.length, 512), StandardCharsets.ISO_8859_1)
                .replace("\u00EF\u00BB\u00BF", "")
                .stripLeading()
                .toLowerCase(Locale.ROOT);
        if (text.startsWith("<!doctype") || text.startsWith("<html") || text.startsWith("<?xml")) {
            return "an HTML or XML page, not data; download the file itself";
        }
        if (text.startsWith("version https://git-lfs")) {
            return "a pointer of Git LFS, not the data; fetch the file with git lfs pull";
        }
        return TextFile.isUnmarkedUtf16(beginning) ? TextFile.UNMARKED : null;
    }
}
