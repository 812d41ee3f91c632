/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.testkit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A query or a rule: terms, phrases, hashtags, mentions, links, {@code from:}, {@code to:}, {@code lang:}, {@code is:},
 * {@code has:}, {@code min_likes:}, negation, groups and OR. Other operators of X are accepted and match nothing; what
 * X refuses is refused.
 */
final class Query {
    private static final Pattern OPERATOR = Pattern.compile("([a-z_]+):(.+)");
    private static final Set<String> STANDALONE =
            words("from to retweets_of url context entity conversation_id place place_country point_radius "
                    + "bounding_box in_reply_to_tweet_id retweets_of_tweet_id");
    private static final Set<String> STREAM_ONLY =
            words("bio bio_name bio_location url_title url_description url_contains source followers_count "
                    + "tweets_count following_count listed_count min_followers from_affiliate_of embedding");
    private static final Set<String> SEARCH_ONLY = words("list quotes_of_tweet_id min_likes min_replies min_reposts");
    private static final Set<String> IS = words("retweet reply quote verified nullcast");
    private static final Set<String> HAS = words("hashtags cashtags links mentions media images video_link videos geo");

    private final String text;
    private final Use use;
    private final List<String> tokens = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private int next;

    private final Node root;

    private Query(String text, Use use) {
        this.text = text;
        this.use = use;
        split();
        root = any();
        if (next < tokens.size()) {
            throw new RefusedException("missing EOF at '" + tokens.get(next) + "'");
        }
        if (!root.standsAlone) {
            throw new RefusedException("Rules must contain at least one positive, non-stopword clause");
        }
    }

    /**
     * Reads a query.
     *
     * @throws RefusedException as X would refuse it
     */
    static Query parse(String text, Use use, int longest) {
        if (text.isBlank()) {
            throw new RefusedException("The query is empty");
        }
        if (text.length() > longest) {
            throw new RefusedException("Rule length of " + text.length() + " exceeds maximum length of " + longest);
        }
        return new Query(text, use);
    }

    boolean matches(Subject subject) {
        return root.test.test(subject);
    }

    /** The positive terms, phrases, hashtags and authors, as they would be written into a post that matches. */
    List<String> words() {
        return words;
    }

    private void split() {
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == ' ') {
                i++;
            } else if (c == '(' || c == ')') {
                tokens.add(String.valueOf(c));
                i++;
            } else if (c == '-' && i + 1 < text.length() && text.charAt(i + 1) == '(') {
                throw new RefusedException("Negated groups are not allowed: negate each term in place of it");
            } else {
                int start = i;
                boolean quoted = false;
                while (i < text.length()) {
                    char d = text.charAt(i);
                    if (d == '"') {
                        quoted = !quoted;
                    } else if (!quoted && (d == ' ' || d == '(' || d == ')')) {
                        break;
                    }
                    i++;
                }
                if (quoted) {
                    throw new RefusedException("missing '\"' at the end of a phrase");
                }
                tokens.add(text.substring(start, i));
            }
        }
    }

    private Node any() {
        Node node = all();
        while (next < tokens.size() && tokens.get(next).equals("OR")) {
            next++;
            Node left = node;
            Node right = all();
            node = new Node(left.test.or(right.test), left.standsAlone && right.standsAlone);
        }
        return node;
    }

    private Node all() {
        Node node = null;
        while (next < tokens.size()
                && !tokens.get(next).equals("OR")
                && !tokens.get(next).equals(")")) {
            if (tokens.get(next).equals("AND")) {
                throw new RefusedException("AND is not an operator: a space means AND");
            }
            Node term = term();
            node = node == null ? term : new Node(node.test.and(term.test), node.standsAlone || term.standsAlone);
        }
        if (node == null) {
            throw new RefusedException(
                    "no viable alternative at input '" + (next < tokens.size() ? tokens.get(next) : "") + "'");
        }
        return node;
    }

    private Node term() {
        String token = tokens.get(next++);
        if (token.equals("(")) {
            Node group = any();
            if (next >= tokens.size() || !tokens.get(next).equals(")")) {
                throw new RefusedException("missing ')'");
            }
            next++;
            return group;
        }
        if (token.startsWith("-")) {
            if (token.length() == 1 || token.charAt(1) == '-') {
                throw new RefusedException("Rules must contain a non-negation term");
            }
            Node positive = positive(token.substring(1), false);
            return new Node(positive.test.negate(), false);
        }
        return positive(token, true);
    }

    private Node positive(String token, boolean wanted) {
        java.util.regex.Matcher operator = OPERATOR.matcher(token);
        if (!token.startsWith("\"") && operator.matches() && !token.startsWith("http")) {
            return operator(operator.group(1), unquoted(operator.group(2)), wanted);
        }
        if (wanted) {
            words.add(unquoted(token));
        }
        if (token.startsWith("\"")) {
            List<String> phrase = Subject.tokens(unquoted(token));
            return new Node(subject -> subject.hasPhrase(phrase), true);
        }
        String lower = token.toLowerCase(Locale.ROOT);
        if (token.startsWith("#")) {
            return new Node(subject -> subject.hashtags.contains(lower.substring(1)), true);
        }
        if (token.startsWith("@")) {
            return new Node(subject -> subject.mentions.contains(lower.substring(1)), true);
        }
        List<String> words = Subject.tokens(token);
        return new Node(
                subject -> words.isEmpty() ? subject.post.text().contains(token) : subject.hasPhrase(words), true);
    }

    private Node operator(String name, String value, boolean wanted) {
        String lower = value.toLowerCase(Locale.ROOT);
        if (name.equals("min_faves") || name.equals("min_retweets")) {
            throw new RefusedException("Reference to invalid operator '" + name
                    + "'. Operator is not available in current" + " product or product packaging");
        }
        boolean here = use == Use.STREAM ? STREAM_ONLY.contains(name) : SEARCH_ONLY.contains(name);
        boolean elsewhere = use == Use.STREAM ? SEARCH_ONLY.contains(name) : STREAM_ONLY.contains(name);
        if (elsewhere) {
            throw new RefusedException("Reference to invalid operator '" + name + "'. Operator is not available here");
        }
        if (wanted && name.equals("from")) {
            words.add("from:" + value);
        }
        return switch (name) {
            case "from" ->
                new Node(
                        subject -> subject.post.username().equalsIgnoreCase(value)
                                || subject.post.authorId().equals(value),
                        true);
            case "to" -> new Node(subject -> subject.refersTo("replied_to", value), true);
            case "retweets_of" -> new Node(subject -> subject.refersTo("retweeted", value), true);
            case "url" -> new Node(subject -> subject.urls.stream().anyMatch(url -> url.contains(lower)), true);
            case "lang" -> new Node(subject -> subject.post.lang().equalsIgnoreCase(value), false);
            case "is" -> {
                require(IS, name, value);
                String type = lower.equals("retweet") ? "retweeted" : lower.equals("reply") ? "replied_to" : "quoted";
                boolean never = lower.equals("verified") || lower.equals("nullcast");
                yield new Node(subject -> !never && subject.isA(type), false);
            }
            case "has" -> {
                require(HAS, name, value);
                yield new Node(
                        subject -> switch (lower) {
                            case "hashtags" -> !subject.hashtags.isEmpty();
                            case "mentions" -> !subject.mentions.isEmpty();
                            case "links" -> !subject.urls.isEmpty();
                            default -> false;
                        },
                        false);
            }
            case "min_likes" -> {
                long least = number(name, value);
                yield new Node(subject -> subject.post.likes() >= least, least >= 0);
            }
            case "sample" -> {
                if (use == Use.SEARCH) {
                    throw new RefusedException("Reference to invalid operator 'sample'");
                }
                long percent = number(name, value);
                yield new Node(subject -> Math.floorMod(subject.post.number(), 100) < percent, false);
            }
            default -> {
                if (!here && !STANDALONE.contains(name)) {
                    throw new RefusedException("Reference to invalid operator '" + name + "'");
                }
                yield new Node(subject -> false, true);
            }
        };
    }

    private static Set<String> words(String words) {
        return Set.of(words.split(" ", -1));
    }

    private static void require(Set<String> values, String name, String value) {
        if (!values.contains(value.toLowerCase(Locale.ROOT))) {
            throw new RefusedException("Invalid value '" + value + "' of the operator '" + name + "'");
        }
    }

    private static long number(String name, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new RefusedException("Invalid value '" + value + "' of the operator '" + name + "'");
        }
    }

    private static String unquoted(String token) {
        return token.replace("\"", "");
    }

    enum Use {
        STREAM,
        SEARCH
    }

    private record Node(Predicate<Subject> test, boolean standsAlone) {}

    /** X refuses the query. */
    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message + " (at position 1)");
        }
    }

    /** A post as a query sees it: on the stream with the text that it quotes, in a search without. */
    static final class Subject {
        private static final Pattern BREAKS = Pattern.compile("[^\\p{L}\\p{N}_']+");

        private final FakePost post;
        private final List<String> tokens;
        private final Set<String> tokenSet;
        private final Set<String> hashtags;
        private final Set<String> mentions;
        private final List<String> urls;

        Subject(FakePost post, Use use) {
            this.post = post;
            FakePost quoted = use == Use.STREAM && isA(post, "quoted") ? reference(post) : null;
            String text = quoted == null ? post.text() : post.text() + " _ " + quoted.text();
            tokens = tokens(text);
            tokenSet = new HashSet<>(tokens);
            List<String> entities = FakePost.entities(text);
            hashtags = starting(entities, "#").collect(Collectors.toSet());
            mentions = starting(entities, "@").collect(Collectors.toSet());
            urls = entities.stream()
                    .filter(entity -> entity.startsWith("http"))
                    .map(entity -> entity.toLowerCase(Locale.ROOT))
                    .toList();
        }

        static List<String> tokens(String text) {
            return BREAKS.splitAsStream(text.toLowerCase(Locale.ROOT))
                    .filter(token -> !token.isEmpty())
                    .toList();
        }

        private static Stream<String> starting(List<String> entities, String sign) {
            return entities.stream()
                    .filter(entity -> entity.startsWith(sign))
                    .map(entity -> entity.substring(1).toLowerCase(Locale.ROOT));
        }

        private boolean hasPhrase(List<String> phrase) {
            return phrase.size() == 1
                    ? tokenSet.contains(phrase.get(0))
                    : java.util.Collections.indexOfSubList(tokens, phrase) >= 0;
        }

        private boolean isA(String type) {
            return isA(post, type);
        }

        private boolean refersTo(String type, String username) {
            FakePost reference = reference(post);
            return reference != null && isA(type) && reference.username().equalsIgnoreCase(username);
        }

        private static boolean isA(FakePost post, String type) {
            return post.reference() != null && post.reference().type().equals(type);
        }

        private static @Nullable FakePost reference(FakePost post) {
            return post.reference() == null ? null : post.reference().post();
        }
    }
}
