/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import dev.nightjar.Author;
import dev.nightjar.DataException;
import dev.nightjar.PublicMetrics;
import dev.nightjar.Tweet;
import dev.nightjar.TweetId;
import dev.nightjar.TweetReference;
import dev.nightjar.WireName;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes a tweet of the fields of a row: of CSV, of a database, of a Parquet file.
 *
 * <p>Immutable.
 *
 * @param columns which field holds what; one of them holds the text
 * @param idRule gives an id to a row without one; null to refuse it
 * @since 0.1.0
 */
public record RowMapping(
        Map<Column, Integer> columns, @Nullable IdRule idRule) implements Serializable {
    private static final Pattern HANDLE = Pattern.compile("@?(\\w{1,50})");
    /** A number that a spreadsheet shall not round: {@code ="17"}, {@code "17"}, {@code '17}. */
    private static final Pattern PROTECTED = Pattern.compile("^=?[\"'](\\d+)[\"']?$");

    private static final Pattern ESCAPE = Pattern.compile("&(amp|lt|gt|quot|apos|#\\d{1,7}|#[xX][0-9a-fA-F]{1,6});");
    private static final Map<String, String> NAMED =
            Map.of("amp", "&", "lt", "<", "gt", ">", "quot", "\"", "apos", "'");

    /**
     * What a column may hold, with the names that others give it, the surest first.
     *
     * @since 0.1.0
     */
    public enum Column {
        /** The tweet's id. */
        ID("id tweetid idstr statusid ids"),
        /** The text. */
        TEXT("text fulltext tweet tweettext content rawcontent originaltweet message"),
        /** When it was written. */
        TIME("createdat date datetime timestamp time tweetcreated tweetat tweetdate"),
        /** The author's handle. */
        AUTHOR("authorusername username screenname userscreenname user author handle"),
        /** The author's id. */
        AUTHOR_ID("authorid userid useridstr"),
        /** The name that the author shows. */
        AUTHOR_NAME("authorname userdisplayname displayname"),
        /** How many follow the author. */
        FOLLOWERS("authorpublicmetricsfollowerscount followerscount userfollowerscount userfollowers"),
        /** The language. */
        LANGUAGE("lang language"),
        /** What it was written with. */
        SOURCE("source sourcelabel"),
        /** How many retweets. */
        RETWEETS("publicmetricsretweetcount retweetcount retweets nretweets"),
        /** How many replies. */
        REPLIES("publicmetricsreplycount replycount replies nreplies"),
        /** How many likes. */
        LIKES("publicmetricslikecount likecount favoritecount likes favorites nlikes"),
        /** How many quotes. */
        QUOTES("publicmetricsquotecount quotecount"),
        /** How often it was shown. */
        IMPRESSIONS("publicmetricsimpressioncount impressioncount viewcount views"),
        /** How many bookmarks. */
        BOOKMARKS("publicmetricsbookmarkcount bookmarkcount"),
        /** The id of the tweet it replies to. */
        REPLIED_TO("referencedtweetsrepliedtoid inreplytostatusid inreplytotweetid inreplytostatusidstr"),
        /** The id of the tweet it retweets. */
        RETWEETED("referencedtweetsretweetedid retweetedstatusid"),
        /** The id of the tweet it quotes. */
        QUOTED("referencedtweetsquotedid quotedstatusid"),
        /** What a classifier should answer, for those who train or measure one. */
        LABEL("label sentiment polarity airlinesentiment emotion target class");

        private final String names;

        Column(String names) {
            this.names = names;
        }

        /** The names, without regard to case and punctuation. */
        public List<String> names() {
            return List.of(names.split(" "));
        }

        /** A name of a header as it is compared. */
        public static String plain(String name) {
            return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
        }
    }

    /**
     * Which column holds what, as an option says: {@code id=tweet_id,text=content}.
     *
     * @throws IllegalArgumentException if the text is none
     */
    public static Map<Column, String> parse(String text) {
        Map<Column, String> given = new LinkedHashMap<>();
        for (String pair : text.split(",", -1)) {
            String[] sides = pair.split("=", 2);
            String name = sides.length < 2 ? "" : sides[1].strip();
            if (name.isEmpty() || given.put(WireName.parseKebab(Column.class, sides[0]), name) != null) {
                throw new IllegalArgumentException(pair);
            }
        }
        return given;
    }

    /** Whether an option gives the columns by their numbers, and not by their names. */
    public static boolean isNumbered(String columns) {
        return parse(columns).values().stream().allMatch(name -> name.matches("\\d{1,4}"));
    }

    /**
     * Finds the columns by their names. Those that are given go before those that are known; with numbers, nothing is known.
     *
     * @param names what the columns are called, in their order
     * @param columns what is given, as {@link #parse} reads it; null for nothing
     */
    public static Map<Column, Integer> find(List<String> names, @Nullable String columns) {
        List<String> plain = names.stream().map(Column::plain).toList();
        Map<Column, Integer> found = new EnumMap<>(Column.class);
        boolean numbered = columns != null && isNumbered(columns);
        for (Column column : numbered ? new Column[0] : Column.values()) {
            column.names().stream()
                    .map(plain::indexOf)
                    .filter(index -> index >= 0)
                    .findFirst()
                    .ifPresent(index -> found.put(column, index));
        }
        (columns == null ? Map.<Column, String>of() : parse(columns)).forEach((column, name) -> {
            found.remove(column);
            int index = numbered ? Integer.parseInt(name) - 1 : plain.indexOf(Column.plain(name));
            if (index >= 0 && index < names.size()) {
                found.put(column, index);
            }
        });
        return found;
    }

    /**
     * The tweet of a row.
     *
     * @param row its fields; what is not there is empty
     * @throws DataException if it has no tweet
     */
    public Tweet tweet(List<String> row) {
        String text = text(row);
        String saidTime = field(row, Column.TIME);
        Instant said = saidTime == null ? null : XJson.time(saidTime);
        Author author = author(row);
        String id = field(row, Column.ID);
        id = id == null ? null : PROTECTED.matcher(id).replaceFirst("$1");
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
    public String text(List<String> row) {
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
    public @Nullable String field(List<String> row, Column column) {
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
