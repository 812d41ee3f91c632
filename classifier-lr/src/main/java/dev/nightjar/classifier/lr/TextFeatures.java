/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The features of a text: the MurmurHash3 (32 bits) of its word 1-grams and 2-grams and of the character 2- to 5-grams
 * of its words, as often as they occur.
 *
 * <p>A text is read as words with one space between them: runs of letters and digits (a letter repeated three or more
 * times counts as two, an apostrophe inside belongs to the word), hashtags, runs of signs such as {@code !!} and
 * {@code :(}, and single emoji. Every mention is read as {@code @user}, every link as {@code http}, and a digit in a
 * word as 0. Character n-grams reach from the space before a word to the space after it; mentions and links have none.
 * Each n-gram is therefore a stretch of these words; its code points are hashed as little-endian integers of 32 bits.
 *
 * <p>In version {@value #NEGATING}, up to {@value #SCOPE} words after a negation such as {@code not} or {@code isn't}, but none beyond a
 * clause mark, an emoji, a hashtag or {@code but}, are other words than those without: {@value #NEGATED} is added to each of
 * their code points. And a word with a letter repeated three or more times is followed by itself with one of it.
 *
 * <p>Confined to one thread, which reads one text after the other into it.
 */
final class TextFeatures {
    /** Names these rules in a model's file, with their version, which must change when they do. */
    static final String NORMALIZER = "tweet-ngrams-v";

    /** The version without negations and short forms. */
    static final int PLAIN = 1;

    /** The version with them. */
    static final int NEGATING = 2;

    static final int LONGEST_WORD_NGRAM = 2;
    static final int SHORTEST_CHARACTER_NGRAM = 2;
    static final int LONGEST_CHARACTER_NGRAM = 5;

    /** The size up to which a thread keeps its arrays: many times enough for a tweet of 280 characters. */
    private static final int KEPT_CAPACITY = 1 << 14;

    /** How many words a negation reaches. */
    private static final int SCOPE = 4;

    /** What is added to the code points of a negated word. */
    static final int NEGATED = 1 << 21;

    /** What stands before a negated word for people. */
    private static final char NEGATION_SIGN = '\u00ac';

    private static final String CLAUSE_MARKS = ".,!?;:()";
    private static final int[] BUT = codePoints("but");

    /** Those with n at the beginning or t at the end; all that end in n't are negations, too. */
    private static final int[][] NEGATIONS = Stream.of(
                    "no not never none nor nothing nobody neither without cannot cant dont doesnt didnt isnt arent",
                    "wasnt werent wont wouldnt couldnt shouldnt aint hasnt havent hadnt")
            .flatMap(words -> Stream.of(words.split(" ")))
            .map(TextFeatures::codePoints)
            .toArray(int[][]::new);

    private static final int[] MENTION = codePoints("@user");
    private static final int[] LINK = codePoints("http");
    private static final int MIXED_SPACE = mixed(' ');

    private final int wordSeed;
    private final int characterSeed;
    private final boolean isPlain;
    private final DecodedText text = new DecodedText();

    /** The words with a space before, between and after them. */
    private int[] words = new int[1 << 10];

    /** The first half of the hash of each of {@link #words}. */
    private int[] mixed = new int[1 << 10];

    private int length;

    private int[] hashes = new int[1 << 12];
    private int count;
    private int wordCount;
    private int placeholders;

    /** Where the word before begins, -1 before the first, and the state of the hash of it and the space after it. */
    private int previousStart;

    private int previousState;

    /** How many more words are negated. */
    private int negated;

    /** Whether the word that was just appended lost repeated letters. */
    private boolean isCut;

    /** @param version of the rules, {@link #PLAIN} or {@link #NEGATING} */
    TextFeatures(int seed, int version) {
        this.isPlain = version == PLAIN;
        this.wordSeed = seed;
        this.characterSeed = seed + 1;
    }

    /** Reads a text; {@link #count()} and {@link #hash} then give its features. */
    void read(String tweet) {
        trim();
        text.read(tweet);
        count = 0;
        wordCount = 0;
        placeholders = 0;
        length = 0;
        previousStart = -1;
        negated = 0;
        append(' ');
        for (int i = 0; i < text.length(); ) {
            i = switch (Characters.kind(text.at(i))) {
                case Characters.SPACE -> i + 1;
                case Characters.WORD -> isLink(i) ? readLink(i) : readWord(i);
                case Characters.EMOJI -> readEmoji(i);
                default -> readSigns(i);
            };
        }
    }

    /** How many features the text has; one that occurs twice counts twice. */
    int count() {
        return count;
    }

    /** How many words the text has but mentions and links. */
    int words() {
        return wordCount - placeholders;
    }

    /** How many mentions and links the text has. */
    int placeholders() {
        return placeholders;
    }

    /** The hash of a feature. */
    int hash(int feature) {
        return hashes[feature];
    }

    /** The hashes; the first {@link #count()} are those of the text. */
    int[] hashes() {
        return hashes;
    }

    /** The n-grams of the text, one for each feature, in another order. */
    List<Ngram> ngrams() {
        List<Ngram> ngrams = new ArrayList<>(count);
        forEach((ofCharacters, first, last, own) ->
                ngrams.add(new Ngram(ofCharacters, shown(first, last), hash(ofCharacters, first, last))));
        return ngrams;
    }

    /** A stretch for people, with a sign before what is negated. */
    private String shown(int first, int last) {
        StringBuilder shown = new StringBuilder();
        for (int i = first; i < last; i++) {
            boolean begins = isNegated(i) && (i == first || !isNegated(i - 1));
            (begins ? shown.append(NEGATION_SIGN) : shown).appendCodePoint(words[i] & ~NEGATED);
        }
        return shown.toString();
    }

    private boolean isNegated(int at) {
        return (words[at] & NEGATED) != 0;
    }

    /** Shows the n-grams of the text, one for each feature, in the order of {@link #ngrams}. */
    void forEach(Stretch action) {
        int before = -1;
        boolean ownBefore = true;
        for (int start = 1; start < length; ) {
            int end = start;
            while (words[end] != ' ') {
                end++;
            }
            boolean own = !isPlaceholder(start, end);
            action.at(false, start, end, own);
            if (before >= 0) {
                action.at(false, before, end, own && ownBefore);
            }
            if (own) {
                for (int first = start - 1; first < end; first++) {
                    int limit = Math.min(first + LONGEST_CHARACTER_NGRAM, end + 1);
                    for (int last = first + SHORTEST_CHARACTER_NGRAM; last <= limit; last++) {
                        action.at(true, first, last, true);
                    }
                }
            }
            before = start;
            ownBefore = own;
            start = end + 1;
        }
    }

    /** Whether a stretch has a letter or an emoji in it, and not signs alone, which most languages share. */
    boolean tells(int first, int last) {
        for (int i = first; i < last; i++) {
            int c = words[i] & ~NEGATED;
            if (Character.isLetter(c) || Characters.kind(c) == Characters.EMOJI) {
                return true;
            }
        }
        return false;
    }

    /** The hash of the n-gram of a stretch. */
    int hash(boolean ofCharacters, int first, int last) {
        return hash(ofCharacters ? characterSeed : wordSeed, first, last);
    }

    private int readWord(int start) {
        if (isPlain) {
            return endWord(appendWord(start));
        }
        int wordStart = length;
        int end = appendWord(start);
        boolean negates = negates(wordStart);
        if (equals(wordStart, BUT)) {
            negated = 0;
        }
        int mark = negated > 0 ? NEGATED : 0;
        mark(wordStart, mark);
        endWord(end);
        if (isCut) {
            int shortStart = length;
            appendShort(start, end);
            mark(shortStart, mark);
            endWord(end);
        }
        negated = negates ? SCOPE : Math.max(negated - 1, 0);
        return end;
    }

    private int readHashtag(int start) {
        negated = 0;
        append('#');
        return endWord(appendWord(start + 1));
    }

    private int readMention(int start) {
        int i = start + 1;
        while (i < text.length() && Characters.kind(text.at(i)) == Characters.WORD) {
            i++;
        }
        appendAll(MENTION);
        return endWord(i);
    }

    private int readLink(int start) {
        int i = start;
        while (i < text.length() && Characters.kind(text.at(i)) != Characters.SPACE) {
            i++;
        }
        appendAll(LINK);
        return endWord(i);
    }

    private int readEmoji(int start) {
        negated = 0;
        append(text.at(start));
        int next = start + 1;
        boolean flag = Characters.isRegionalIndicator(text.at(start))
                && next < text.length()
                && Characters.isRegionalIndicator(text.at(next));
        if (flag) {
            append(text.at(next++));
        }
        return endWord(next);
    }

    private int readSigns(int start) {
        int first = text.at(start);
        if ((first == '@' || first == '#') && isWord(start + 1)) {
            return first == '@' ? readMention(start) : readHashtag(start);
        }
        if (CLAUSE_MARKS.indexOf(first) >= 0) {
            negated = 0;
        }
        int i = start;
        int wordStart = length;
        while (i < text.length() && Characters.kind(text.at(i)) == Characters.SIGN && !isTag(i)) {
            appendElongated(text.at(i++), wordStart);
        }
        if (endsFace(first, i, length - wordStart)) {
            append(text.at(i++));
        }
        return endWord(i);
    }

    /** Appends the word that begins at an index and returns where it ends. */
    private int appendWord(int start) {
        int i = start;
        int wordStart = length;
        isCut = false;
        while (i < text.length()) {
            int c = text.at(i);
            boolean inner = c == '\'' && i > start && isWord(i + 1);
            if (Characters.kind(c) != Characters.WORD && !inner) {
                break;
            }
            appendElongated(withoutDigits(c), wordStart);
            i++;
        }
        return i;
    }

    /** Appends a word once more, with one letter for each that was repeated three or more times. */
    private void appendShort(int start, int end) {
        for (int i = start; i < end; ) {
            int c = withoutDigits(text.at(i));
            int next = i + 1;
            while (next < end && text.at(next) == text.at(i)) {
                next++;
            }
            for (int times = next - i >= 3 && c != '0' ? 1 : next - i; times > 0; times--) {
                append(c);
            }
            i = next;
        }
    }

    private static int withoutDigits(int c) {
        return c >= '0' && c <= '9' ? '0' : c;
    }

    /** Marks the word that was just appended. */
    private void mark(int start, int mark) {
        for (int i = start; mark != 0 && i < length; i++) {
            words[i] |= mark;
            mixed[i] = mixed(words[i]);
        }
    }

    /** Whether the word that was just appended negates those after it. */
    private boolean negates(int start) {
        boolean endsInT = words[length - 1] == 't';
        if (endsInT && length - start > 2 && words[length - 2] == '\'' && words[length - 3] == 'n') {
            return true;
        }
        if (endsInT || words[start] == 'n') {
            for (int[] negation : NEGATIONS) {
                if (equals(start, negation)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether the word that was just appended is this one. */
    private boolean equals(int start, int[] word) {
        return Arrays.equals(words, start, length, word, 0, word.length);
    }

    /** Appends a character unless it stands there twice already; digits stay. */
    private void appendElongated(int c, int wordStart) {
        boolean elongates = length - wordStart >= 2 && words[length - 1] == c && words[length - 2] == c && c != '0';
        if (elongates) {
            isCut = true;
        } else {
            append(c);
        }
    }

    /** Whether a letter or a 3 completes the signs before it to {@code :D}, {@code ;-P} or {@code <3}. */
    private boolean endsFace(int first, int at, int signs) {
        if (at >= text.length() || signs > 2 || isWord(at + 1)) {
            return false;
        }
        int c = text.at(at);
        boolean eyes = first == ':' || first == ';' || first == '=';
        boolean mouth = c == 'd' || c == 'p' || c == 'o' || c == 's' || c == 'x';
        return (eyes && mouth) || (first == '<' && c == '3' && signs == 1);
    }

    private boolean isTag(int at) {
        return (text.at(at) == '@' || text.at(at) == '#') && isWord(at + 1);
    }

    private boolean isWord(int at) {
        return at < text.length() && Characters.kind(text.at(at)) == Characters.WORD;
    }

    private boolean isLink(int at) {
        if (startsWith("www.", at)) {
            return true;
        }
        return startsWith("http", at) && (startsWith("://", at + 4) || startsWith("s://", at + 4));
    }

    private boolean startsWith(String prefix, int at) {
        if (at + prefix.length() > text.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            if (text.at(at + i) != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void appendAll(int[] codePoints) {
        for (int codePoint : codePoints) {
            append(codePoint);
        }
    }

    private void append(int codePoint) {
        if (length == words.length) {
            words = Arrays.copyOf(words, 2 * length);
            mixed = Arrays.copyOf(mixed, 2 * length);
        }
        words[length] = codePoint;
        mixed[length++] = mixed(codePoint);
    }

    /** Hashes the n-grams that end with the word that was just appended; returns where the text goes on. */
    private int endWord(int next) {
        int end = length;
        int start = end;
        while (words[start - 1] != ' ') {
            start--;
        }
        append(' ');
        int most = count + 2 + (LONGEST_CHARACTER_NGRAM - SHORTEST_CHARACTER_NGRAM + 1) * (end - start + 1);
        if (most > hashes.length) {
            hashes = Arrays.copyOf(hashes, Math.max(most, 2 * hashes.length));
        }
        wordCount++;
        hashWords(start, end);
        if (isPlaceholder(start, end)) {
            placeholders++;
        } else {
            hashCharacters(start, end);
        }
        return next;
    }

    private void hashWords(int start, int end) {
        int one = wordSeed;
        int two = previousState;
        for (int i = start; i < end; i++) {
            one = step(one, mixed[i]);
            two = step(two, mixed[i]);
        }
        hashes[count++] = finished(one, end - start);
        if (previousStart >= 0) {
            hashes[count++] = finished(two, end - previousStart);
        }
        previousStart = start;
        previousState = step(one, MIXED_SPACE);
    }

    private void hashCharacters(int start, int end) {
        int[] into = hashes;
        int at = count;
        for (int first = start - 1; first < end; first++) {
            int state = step(characterSeed, mixed[first]);
            int limit = Math.min(first + LONGEST_CHARACTER_NGRAM, end + 1);
            for (int i = first + 1; i < limit; i++) {
                state = step(state, mixed[i]);
                into[at++] = finished(state, i - first + 1);
            }
        }
        count = at;
    }

    private void trim() {
        text.trim(KEPT_CAPACITY);
        if (words.length > KEPT_CAPACITY) {
            words = new int[KEPT_CAPACITY];
            mixed = new int[KEPT_CAPACITY];
        }
        if (hashes.length > KEPT_CAPACITY) {
            hashes = new int[KEPT_CAPACITY];
        }
    }

    private boolean isPlaceholder(int start, int end) {
        return Arrays.equals(words, start, end, MENTION, 0, MENTION.length)
                || Arrays.equals(words, start, end, LINK, 0, LINK.length);
    }

    private int hash(int seed, int start, int end) {
        int state = seed;
        for (int i = start; i < end; i++) {
            state = step(state, mixed(words[i]));
        }
        return finished(state, end - start);
    }

    private static int mixed(int block) {
        return Integer.rotateLeft(block * 0xcc9e2d51, 15) * 0x1b873593;
    }

    private static int step(int state, int mixedBlock) {
        return Integer.rotateLeft(state ^ mixedBlock, 13) * 5 + 0xe6546b64;
    }

    private static int finished(int state, int blocks) {
        int hash = state ^ (blocks * Integer.BYTES);
        hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
        return hash ^ (hash >>> 16);
    }

    private static int[] codePoints(String text) {
        return text.codePoints().toArray();
    }

    /** An n-gram of words or of characters, with a sign before what is negated, and its hash. */
    record Ngram(boolean ofCharacters, String text, int hash) {}

    /** What is done with an n-gram. */
    @FunctionalInterface
    interface Stretch {
        /**
         * Does it.
         *
         * @param first where it begins
         * @param last where it ends, exclusive
         * @param own whether it has no mention and no link in it
         */
        void at(boolean ofCharacters, int first, int last, boolean own);
    }
}
