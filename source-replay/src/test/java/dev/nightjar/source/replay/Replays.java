/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nightjar.SourceBatch;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.GZIPOutputStream;

/** Files to replay, and all that comes from one. */
final class Replays {
    private Replays() {}

    /** Everything a source returns until it is exhausted. */
    static SourceBatch all(TweetSource source) {
        SourceBatch.Builder all = SourceBatch.builder();
        while (!source.isExhausted()) {
            all.add(poll(source));
        }
        return all.build();
    }

    static SourceBatch all(ReplayConfig.Builder config) {
        try (ReplaySource source = config.build().open()) {
            return all(source);
        }
    }

    static SourceBatch all(Path file) {
        return all(ReplayConfig.file(file));
    }

    static SourceBatch poll(TweetSource source) {
        try {
            return source.poll(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A line of a v2 tweet, one second after the one before. */
    static String line(int number) {
        Tweet tweet = dev.nightjar.testkit.Tweets.tweet(number, "tweet " + number);
        return "{\"id\":\"" + tweet.id() + "\",\"text\":\"tweet " + number + "\",\"created_at\":\"" + tweet.createdAt()
                + "\"}";
    }

    static String lines(int count) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append(line(i)).append('\n');
        }
        return lines.toString();
    }

    static Path write(Path file, String text) {
        return write(file, text.getBytes(UTF_8));
    }

    static Path write(Path file, byte[]... parts) {
        try {
            Files.write(file, new byte[0]);
            for (byte[] part : parts) {
                Files.write(file, part, java.nio.file.StandardOpenOption.APPEND);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] gzip(String text) {
        return gzip(text.getBytes(UTF_8));
    }

    static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }
}
