/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.nightjar.ConfigException;
import dev.nightjar.WireName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/** How a file is compressed, told by its first bytes. The libraries of all but gzip are for the application to bring. */
enum Codec {
    GZIP(100, "", "\u001F\u008B") {
        @Override
        InputStream decompress(InputStream compressed) {
            return new Gunzip(compressed);
        }
    },
    BZIP2(1_000, "org.apache.commons:commons-compress", "BZh") {
        @Override
        InputStream decompress(InputStream compressed) throws IOException {
            return Bzip2.open(compressed);
        }
    },
    XZ(1_000, "org.tukaani:xz", "\u00FD7zXZ\u0000") {
        @Override
        InputStream decompress(InputStream compressed) throws IOException {
            return Xz.open(compressed);
        }
    },
    ZSTD(1_000, "com.github.luben:zstd-jni", "(\u00B5/\u00FD") {
        @Override
        InputStream decompress(InputStream compressed) throws IOException {
            return Zstd.open(compressed);
        }
    };

    /** Up to this many bytes the ratio does not matter: 8 MiB. */
    static final long FREE_BYTES = 8 * 1024 * 1024;

    /** The highest level of the xz command needs 65 MiB. */
    private static final int MAX_XZ_KIB = 100 * 1024;

    private static final int LONGEST_MAGIC = 6;

    private final int maxRatio;
    private final String library;
    private final String magic;

    Codec(int maxRatio, String library, String magic) {
        this.maxRatio = maxRatio;
        this.library = library;
        this.magic = magic;
    }

    /** The codec of a file that begins so; null if it is not compressed. */
    static @Nullable Codec of(byte[] beginning) {
        String begins =
                new String(beginning, 0, Math.min(beginning.length, LONGEST_MAGIC), StandardCharsets.ISO_8859_1);
        for (Codec codec : values()) {
            if (begins.startsWith(codec.magic) && begins.length() > 2) {
                return codec;
            }
        }
        return null;
    }

    /** How many times as long as the compressed file what comes out of it may be. */
    int maxRatio() {
        return maxRatio;
    }

    /** What it is called. */
    String word() {
        return WireName.of(this);
    }

    abstract InputStream decompress(InputStream compressed) throws IOException;

    /**
     * Decompresses.
     *
     * @throws ConfigException if the library is not there
     */
    InputStream open(InputStream compressed) throws IOException {
        try {
            return decompress(compressed);
        } catch (LinkageError e) {
            throw new ConfigException(
                    "The file is compressed with " + word() + "; add " + library + " to the class path to read it", e);
        }
    }

    // A class of its own for each library: it is looked for when such a file is opened, not when this class is loaded.

    private static final class Bzip2 {
        static InputStream open(InputStream compressed) throws IOException {
            return new BZip2CompressorInputStream(compressed, true);
        }
    }

    private static final class Xz {
        static InputStream open(InputStream compressed) throws IOException {
            return new XZInputStream(compressed, MAX_XZ_KIB);
        }
    }

    private static final class Zstd {
        static InputStream open(InputStream compressed) throws IOException {
            return new ZstdInputStreamNoFinalizer(compressed);
        }
    }
}
