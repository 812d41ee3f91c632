/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.Author;
import dev.nightjar.DataException;
import dev.nightjar.PublicMetrics;
import dev.nightjar.Tweet;
import dev.nightjar.TweetId;
import dev.nightjar.TweetReference;
import dev.nightjar.json.IdRule;
import dev.nightjar.json.WholeNumber;
import dev.nightjar.json.XJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes a tweet of the fields of a row.
 *
 * @param columns which field holds what; one of them holds the text
 * @param idRule gives an id to a row without one; null to refuse it
 */
record RowMapping(Map<Column, Integer> columns, @Nullable IdRule idRule) {
    private static final Pattern HANDLE = Pattern.compile("@?(\\w{1,50})");
    private static final Pattern ESCAPE = Pattern.compile("&(amp|lt|gt|quot|apos|#\\d{1,7}|#[xX][0-9a-fA-F]{1,6});");
    private static final Map<String, String> NAMED =
            Map.of("amp", "&", "lt", "<", "gt", ">", "quot", "\"", "apos", "'");

    /**
     * The tweet of a row.
     *
     * @param row its fields; what is not there is empty
     * @throws DataException if it has no tweet
     */
    Tweet tweet(List<String> row) {
        String text = text(row);
        String saidTime = field(row, Column.TIME);
        Instant said = saidTime == null ? null : XJson.time(saidTime);
        Author author = author(row);
        String id = field(row, Column.ID);
        if (id != null || idRule == null) {
            id = TweetId.of(id == null ? "" : id).toString();
        } else {
            id = idRule.id(text, said, author);
        }
        Instant time = said == null ? TweetId.of(id).time() : said;
        if (time == null) {
            throw new DataException(
                    "bad-time",
                    "The time is in no form that is known, such as Mon Apr 06 22:19:45 PDT 2009 or ISO-8601 with an"
                            + " offset, and the id is too old to hold it");
        }
        return Tweet.builder(id, text, time)
                .author(author)
                .lang(field(row, Column.LANGUAGE))
                .source(field(row, Column.SOURCE))
                .publicMetrics(metrics(row))
                .references(references(row))
                .build();
    }

    /** The text of a row. */
    String text(List<String> row) {
        return unescape(row.get(columns.getOrDefault(Column.TEXT, 0)));
    }

    private @Nullable Author author(List<String> row) {
        String id = field(row, Column.AUTHOR_ID);
        String said = field(row, Column.AUTHOR);
        Matcher handle = HANDLE.matcher(said == null ? "" : said);
        String name = field(row, Column.AUTHOR_NAME);
        Long followers = count(row, Column.FOLLOWERS);
        return id == null && !handle.matches() && name == null && followers == null
                ? null
                : new Author(id, handle.matches() ? handle.group(1) : null, name, followers);
    }

    private @Nullable PublicMetrics metrics(List<String> row) {
        PublicMetrics metrics = new PublicMetrics(
                count(row, Column.RETWEETS),
                count(row, Column.REPLIES),
                count(row, Column.LIKES),
                count(row, Column.QUOTES),
                count(row, Column.IMPRESSIONS),
                count(row, Column.BOOKMARKS));
        return metrics.equals(new PublicMetrics(null, null, null, null, null, null)) ? null : metrics;
    }

    private List<TweetReference> references(List<String> row) {
        List<TweetReference> references = new ArrayList<>();
        add(references, TweetReference.Type.RETWEETED, field(row, Column.RETWEETED));
        add(references, TweetReference.Type.QUOTED, field(row, Column.QUOTED));
        add(references, TweetReference.Type.REPLIED_TO, field(row, Column.REPLIED_TO));
        return references;
    }

    private static void add(List<TweetReference> references, TweetReference.Type type, @Nullable String id) {
        try {
            if (id != null) {
                references.add(new TweetReference(type, id));
            }
        } catch (DataException e) {
            // What a row says wrongly about another tweet does not cost this one.
        }
    }

    private @Nullable Long count(List<String> row, Column column) {
        String field = field(row, column);
        return field == null ? null : WholeNumber.parse(field);
    }

    /** A field; null if there is no such column, or nothing in it. */
    @Nullable
    String field(List<String> row, Column column) {
        Integer index = columns.get(column);
        String field = index == null ? "" : row.get(index).strip();
        return field.isEmpty() || field.equals("null") || field.equalsIgnoreCase("nan") || field.equals("None")
                ? null
                : field;
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
