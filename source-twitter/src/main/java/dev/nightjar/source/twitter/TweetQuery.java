/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import dev.nightjar.ConfigException;
import dev.nightjar.WireName;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which posts to find, in the language that stream rules and searches share. A query is built from typed parts, so that
 * what the X API refuses either cannot be built or is refused before it is sent:
 *
 * <pre>{@code
 * TweetQuery query = allOf(anyOf(term("potus"), hashtag("biden")), lang("en"), retweet().negated());
 * // (potus OR #biden) lang:en -is:retweet
 * }</pre>
 *
 * <p>{@link #raw} takes a query as it is written. Every operator has its own place: {@link #forStream} and
 * {@link #forSearch} refuse those of the other.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class TweetQuery implements Serializable {
    /** The longest stream rule of the pay-per-use plan, in characters. */
    public static final int LONGEST_RULE = 1024;

    private static final long serialVersionUID = 1L;
    private static final Pattern WORD = Pattern.compile("[^\\s\"():\\p{Cntrl}]+");
    private static final Pattern OR = Pattern.compile("\\bOR\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern TAG = Pattern.compile("[\\p{L}\\p{M}\\p{N}_]+");
    private static final Pattern CASHTAG = Pattern.compile("[A-Za-z]{1,6}([._][A-Za-z]{1,2})?");
    private static final Pattern USERNAME = Pattern.compile("[A-Za-z0-9_]{1,20}");
    private static final Pattern LANG = Pattern.compile("[a-z]{2,3}(-[a-z]{2,4})?");

    /** Names that the site's search has and the API does not. */
    private static final Pattern MIN_OF_THE_SITE =
            Pattern.compile("(?<![\\w:\"])min_(faves|retweets):", Pattern.CASE_INSENSITIVE);

    private final Form form;
    private final String text;
    private final boolean grounded;
    private final String[] streamOnly;
    private final String[] searchOnly;

    private TweetQuery(Form form, String text, boolean grounded, List<String> streamOnly, List<String> searchOnly) {
        this.form = form;
        this.text = text;
        this.grounded = grounded;
        this.streamOnly = streamOnly.toArray(String[]::new);
        this.searchOnly = searchOnly.toArray(String[]::new);
    }

    /** A word, wherever its case; an emoji is a word too. A word that the language would read otherwise is quoted. */
    public static TweetQuery term(String word) {
        if (!WORD.matcher(word).matches()) {
            throw refused("The term '" + word + "' is not one word; use a phrase");
        }
        boolean plain = !word.equalsIgnoreCase("or")
                && !word.equalsIgnoreCase("and")
                && !word.startsWith("-")
                && !word.startsWith("#")
                && !word.startsWith("@")
                && !word.startsWith("$");
        return standalone(plain ? word : '"' + word + '"');
    }

    /** Words in this order. */
    public static TweetQuery phrase(String words) {
        if (words.isBlank() || words.indexOf('"') >= 0 || words.chars().anyMatch(Character::isISOControl)) {
            throw refused("The phrase '" + words + "' is blank, or has a quotation mark or a line break");
        }
        return standalone('"' + words.strip() + '"');
    }

    /** A hashtag, with or without {@code #}. */
    public static TweetQuery hashtag(String tag) {
        String bare = without(tag, '#', '\uFF03');
        if (!TAG.matcher(bare).matches() || bare.chars().allMatch(Character::isDigit)) {
            throw refused("The hashtag '" + tag + "' is not letters, digits and underscores with a letter among them");
        }
        return standalone('#' + bare);
    }

    /** A ticker symbol, with or without {@code $}. */
    public static TweetQuery cashtag(String symbol) {
        String bare = without(symbol, '$', '$');
        if (!CASHTAG.matcher(bare).matches()) {
            throw refused("The cashtag '" + symbol + "' is not a ticker symbol");
        }
        return standalone('$' + bare);
    }

    /** A mention of a user. */
    public static TweetQuery mention(String username) {
        return standalone('@' + username(username));
    }

    /** Posts by a user, given by name or id. */
    public static TweetQuery from(String username) {
        return standalone("from:" + username(username));
    }

    /** Replies to a user, given by name or id. */
    public static TweetQuery to(String username) {
        return standalone("to:" + username(username));
    }

    /** Posts with a link that contains this. */
    public static TweetQuery url(String part) {
        if (part.isBlank() || part.indexOf('"') >= 0 || part.chars().anyMatch(Character::isISOControl)) {
            throw refused("The part '" + part + "' of a link is blank or has a quotation mark");
        }
        return standalone("url:\"" + part.strip() + '"');
    }

    /** Posts in a language, by X's code for it; it must be combined with a part that can stand alone. */
    public static TweetQuery lang(String code) {
        if (!isLanguage(code)) {
            throw refused("The language '" + code + "' is not a code such as 'en'");
        }
        return dependent("lang:" + code.toLowerCase(Locale.ROOT));
    }

    static boolean isLanguage(String code) {
        return LANG.matcher(code.toLowerCase(Locale.ROOT)).matches();
    }

    /** Posts that contain something; it must be combined with a part that can stand alone. */
    public static TweetQuery has(Content content) {
        return dependent("has:" + WireName.of(content));
    }

    /** Posts of a form; it must be combined with a part that can stand alone. */
    public static TweetQuery is(PostType type) {
        return dependent("is:" + WireName.of(type));
    }

    /** Retweets: {@code is(PostType.RETWEET)}. */
    public static TweetQuery retweet() {
        return is(PostType.RETWEET);
    }

    /** A random share of a stream, in percent; it must be combined with a part that can stand alone. Streams only. */
    public static TweetQuery sample(int percent) {
        if (percent < 1 || percent > 100) {
            throw refused("A sample of " + percent + " percent is not 1 to 100");
        }
        String operator = "sample:" + percent;
        return new TweetQuery(Form.DEPENDENT, operator, false, List.of(operator), List.of());
    }

    /**
     * Posts that have been liked so often. Searches only: a stream sees a post before anyone can have liked it. The API
     * has no {@code min_faves:}, which only the site's own search knows.
     */
    public static TweetQuery minLikes(long likes) {
        if (likes < 0) {
            throw refused("The number of likes " + likes + " is negative");
        }
        String operator = "min_likes:" + likes;
        return new TweetQuery(Form.STANDALONE, operator, true, List.of(), List.of(operator));
    }

    /**
     * A query as text. Only its length is checked, and that it has neither of the operators {@code min_faves:} and
     * {@code min_retweets:}, which the API refuses.
     */
    public static TweetQuery raw(String query) {
        String stripped = query.strip();
        if (stripped.isEmpty() || stripped.chars().anyMatch(Character::isISOControl)) {
            throw refused("A query is one line that is not blank");
        }
        if (MIN_OF_THE_SITE.matcher(stripped).find()) {
            throw refused("The API has no 'min_faves:' and no 'min_retweets:', which belong to the site's search; use"
                    + " 'min_likes:' and 'min_reposts:' in a search, and filter what comes from a stream");
        }
        return new TweetQuery(Form.RAW, stripped, true, List.of(), List.of());
    }

    /** What all parts find. */
    public static TweetQuery allOf(TweetQuery... parts) {
        return group(Form.ALL, " ", Arrays.asList(parts));
    }

    /** What any part finds. Each part must be able to stand alone, unless another part outside the group can. */
    public static TweetQuery anyOf(TweetQuery... parts) {
        return group(Form.ANY, " OR ", Arrays.asList(parts));
    }

    /** As {@link #anyOf(TweetQuery...)}. */
    public static TweetQuery anyOf(List<TweetQuery> parts) {
        return group(Form.ANY, " OR ", parts);
    }

    /**
     * What this does not find. A query needs a part that is not negated.
     *
     * @throws ConfigException if this is a group or a raw query: X takes a group's negation otherwise than it is meant
     */
    public TweetQuery negated() {
        if (form == Form.ALL || form == Form.ANY || form == Form.RAW) {
            throw refused("The group '" + text + "' cannot be negated; negate each of its parts");
        }
        if (form == Form.NEGATED) {
            throw refused("The part '" + text + "' is negated already");
        }
        return new TweetQuery(Form.NEGATED, '-' + text, false, List.of(streamOnly), List.of(searchOnly));
    }

    /** This query as a stream rule of the pay-per-use plan. */
    public String forStream() {
        return forStream(LONGEST_RULE);
    }

    /**
     * This query as a stream rule.
     *
     * @param longest the longest rule of the application's plan, in characters
     * @throws ConfigException if the stream refuses it
     */
    public String forStream(int longest) {
        if (searchOnly.length > 0) {
            throw refused("The stream does not know " + quoted(List.of(searchOnly)) + "; filter what comes from it");
        }
        return checked("rule", longest);
    }

    /**
     * This query as the query of a search.
     *
     * @param longest the longest query of the application's plan, in characters
     * @throws ConfigException if the search refuses it
     */
    public String forSearch(int longest) {
        if (streamOnly.length > 0) {
            throw refused("A search does not know " + quoted(List.of(streamOnly)));
        }
        return checked("query", longest);
    }

    private String checked(String what, int longest) {
        if (!grounded) {
            throw refused("The " + what + " '" + text + "' has no part that can stand alone; add a term, a phrase, a"
                    + " hashtag, a mention or a user to what is negated or needs another part beside it");
        }
        int length = text.codePointCount(0, text.length());
        if (length > longest) {
            throw refused("The " + what + " has " + length + " characters, more than the " + longest + " of the plan");
        }
        return text;
    }

    private static TweetQuery group(Form form, String separator, List<TweetQuery> parts) {
        if (parts.isEmpty()) {
            throw refused("A group needs a part");
        }
        if (parts.size() == 1) {
            return parts.get(0);
        }
        List<String> streamOnly = new ArrayList<>();
        List<String> searchOnly = new ArrayList<>();
        for (TweetQuery part : parts) {
            streamOnly.addAll(List.of(part.streamOnly));
            searchOnly.addAll(List.of(part.searchOnly));
        }
        String text = parts.stream()
                .map(part -> part.isLooserThan(form) ? '(' + part.text + ')' : part.text)
                .collect(Collectors.joining(separator));
        boolean grounded = form == Form.ALL
                ? parts.stream().anyMatch(part -> part.grounded)
                : parts.stream().allMatch(part -> part.grounded);
        return new TweetQuery(form, text, grounded, List.copyOf(streamOnly), List.copyOf(searchOnly));
    }

    /** Whether parentheses are needed; a raw query is only known to possibly contain an OR. */
    private boolean isLooserThan(Form group) {
        return switch (form) {
            case ALL, ANY -> form != group;
            case RAW -> group == Form.ANY || OR.matcher(text).find();
            default -> false;
        };
    }

    private static TweetQuery standalone(String text) {
        return new TweetQuery(Form.STANDALONE, text, true, List.of(), List.of());
    }

    private static TweetQuery dependent(String text) {
        return new TweetQuery(Form.DEPENDENT, text, false, List.of(), List.of());
    }

    private static String username(String username) {
        String bare = without(username, '@', '\uFF20');
        if (!USERNAME.matcher(bare).matches()) {
            throw refused("The user '" + username + "' is neither a name nor an id");
        }
        return bare;
    }

    private static String without(String text, char sign, char otherSign) {
        boolean marked = !text.isEmpty() && (text.charAt(0) == sign || text.charAt(0) == otherSign);
        return marked ? text.substring(1) : text;
    }

    private static String quoted(List<String> operators) {
        return operators.stream().map(operator -> '\'' + operator + '\'').collect(Collectors.joining(", "));
    }

    private static ConfigException refused(String fault) {
        return new ConfigException(fault);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TweetQuery that && form == that.form && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return Objects.hash(form, text);
    }

    /** The query as it is sent. */
    @Override
    public String toString() {
        return text;
    }

    /**
     * What a post may hold.
     *
     * @since 0.1.0
     */
    public enum Content {
        /** A hashtag. */
        HASHTAGS,
        /** A ticker symbol. */
        CASHTAGS,
        /** A link. */
        LINKS,
        /** A mention of a user. */
        MENTIONS,
        /** A picture, a video or an animation. */
        MEDIA,
        /** A picture. */
        IMAGES,
        /** A video of the platform. */
        VIDEO_LINK,
        /** A place. */
        GEO
    }

    /**
     * What a post may be.
     *
     * @since 0.1.0
     */
    public enum PostType {
        /** Another post passed on. */
        RETWEET,
        /** An answer to another post. */
        REPLY,
        /** Another post passed on with words of its own. */
        QUOTE,
        /** By a verified user. */
        VERIFIED
    }

    private enum Form {
        STANDALONE,
        DEPENDENT,
        NEGATED,
        ALL,
        ANY,
        RAW
    }
}
