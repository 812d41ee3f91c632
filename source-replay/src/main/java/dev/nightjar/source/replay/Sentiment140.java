/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.Author;
import dev.nightjar.DataException;
import dev.nightjar.Tweet;
import dev.nightjar.TweetId;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Reads a line of Sentiment140's CSV, whose texts hold no line ends. */
final class Sentiment140 implements Decoder {
    private static final int COLUMNS = 6;
    private static final int ID = 1;
    private static final int DATE = 2;
    private static final int USER = 4;
    private static final int TEXT = 5;

    private static final CSVFormat CSV = CSVFormat.RFC4180;

    /** What stands between the name of the day and the year. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("MMM d HH:mm:ss uuuu", Locale.ENGLISH).withResolverStyle(ResolverStyle.STRICT);

    /** A name such as PDT is an offset, not a place: it means what it says in any season. */
    private static final Map<String, ZoneOffset> ZONES = Map.of(
            "UTC", ZoneOffset.UTC,
            "GMT", ZoneOffset.UTC,
            "PDT", ZoneOffset.ofHours(-7),
            "PST", ZoneOffset.ofHours(-8),
            "MDT", ZoneOffset.ofHours(-6),
            "MST", ZoneOffset.ofHours(-7),
            "CDT", ZoneOffset.ofHours(-5),
            "CST", ZoneOffset.ofHours(-6),
            "EDT", ZoneOffset.ofHours(-4),
            "EST", ZoneOffset.ofHours(-5));

    private static final Pattern ESCAPE = Pattern.compile("&(amp|lt|gt|quot|apos|#\\d{1,7}|#[xX][0-9a-fA-F]{1,6});");
    private static final Map<String, String> NAMED =
            Map.of("amp", "&", "lt", "<", "gt", ">", "quot", "\"", "apos", "'");

    /** Whether a file that begins so is this CSV: six columns, the second one a number or a name of a column of ids. */
    static boolean matches(byte[] beginning) {
        int end = 0;
        while (end < beginning.length && beginning[end] != '\n' && beginning[end] != '\r') {
            end++;
        }
        try {
            CSVRecord first = record(new String(beginning, 0, end, StandardCharsets.ISO_8859_1));
            return first.size() == COLUMNS && (isNumber(first.get(ID)) || isHeader(first));
        } catch (DataException e) {
            return false;
        }
    }

    @Override
    public List<FeedItem> decode(byte[] line, String origin) {
        CSVRecord row = record(text(line));
        if (row.size() != COLUMNS) {
            throw new DataException("bad-csv", "The line has " + row.size() + " columns, not " + COLUMNS);
        }
        if (isHeader(row)) {
            return List.of(new FeedItem.Skipped("header"));
        }
        Tweet tweet = Tweet.builder(
                        TweetId.of(row.get(ID).strip()).toString(), unescape(row.get(TEXT)), time(row.get(DATE)))
                .author(
                        row.get(USER).isBlank()
                                ? null
                                : Author.ofUsername(row.get(USER).strip()))
                .build();
        return List.of(new FeedItem.Tweet(tweet));
    }

    private static CSVRecord record(String line) {
        try (CSVParser parser = CSVParser.builder()
                .setReader(new StringReader(line))
                .setFormat(CSV)
                .get()) {
            Iterator<CSVRecord> records = parser.iterator();
            if (!records.hasNext()) {
                throw new DataException("bad-csv", "The line has no columns");
            }
            return records.next();
        } catch (IOException | UncheckedIOException | IllegalStateException e) {
            // The message may quote the line.
            throw new DataException("bad-csv", "The line is not CSV: a quotation mark is not where it may be");
        }
    }

    private static String text(byte[] line) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(line, StandardCharsets.ISO_8859_1);
        }
    }

    private static boolean isNumber(String text) {
        return !text.isBlank() && text.strip().chars().allMatch(c -> '0' <= c && c <= '9');
    }

    private static boolean isHeader(CSVRecord row) {
        String name = row.get(ID).strip().toLowerCase(Locale.ROOT);
        return (name.equals("id") || name.equals("ids"))
                && row.get(TEXT).strip().toLowerCase(Locale.ROOT).equals("text");
    }

    private static Instant time(String text) {
        String[] parts = text.strip().split(" +", -1);
        ZoneOffset offset = parts.length == 6 ? ZONES.get(parts[4]) : null;
        if (offset != null) {
            try {
                return LocalDateTime.parse(String.join(" ", parts[1], parts[2], parts[3], parts[5]), TIME)
                        .toInstant(offset);
            } catch (DateTimeException e) {
                // Below.
            }
        }
        throw new DataException("bad-time", "The date is not one like Mon Apr 06 22:19:45 PDT 2009");
    }

    private static String unescape(String text) {
        return text.indexOf('&') < 0
                ? text
                : ESCAPE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(character(match.group(1))));
    }

    private static String character(String name) {
        String character = NAMED.get(name);
        return character != null ? character : numbered(name);
    }

    private static String numbered(String name) {
        boolean hexadecimal = Character.toLowerCase(name.charAt(1)) == 'x';
        int codePoint = Integer.parseInt(name.substring(hexadecimal ? 2 : 1), hexadecimal ? 16 : 10);
        return Character.isValidCodePoint(codePoint) ? Character.toString(codePoint) : '&' + name + ';';
    }
}
