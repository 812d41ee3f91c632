/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr.wordlist;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The words of a tweet, with placeholders for Twitter's own elements. */
final class WordListText {
    private static final Pattern MENTION = Pattern.compile("@[A-Za-z0-9_]*");
    private static final Pattern HASHTAG = Pattern.compile("#[A-Za-z0-9_]*");
    private static final Pattern LINK = Pattern.compile("https?://[A-Za-z0-9./-]*");

    private WordListText() {}

    static List<String> words(String tweet) {
        // The same order as in training: a mention inside a link cuts the link.
        String text = tweet.replace("rt:", "retweetplaceholder");
        text = MENTION.matcher(text).replaceAll("pseudoplaceholder");
        text = HASHTAG.matcher(text).replaceAll("hashtagplaceholder");
        text = LINK.matcher(text).replaceAll("linkplaceholder").toLowerCase(Locale.ROOT);
        List<String> words = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            int next = i + Character.charCount(codePoint);
            if (!isWord(codePoint)) {
                if (i > start) {
                    words.add(text.substring(start, i));
                }
                start = next;
            }
            i = next;
        }
        if (start < text.length()) {
            words.add(text.substring(start));
        }
        return words;
    }

    /** What Python's {@code \w} means, which is not what Java's does. */
    private static boolean isWord(int codePoint) {
        if (Character.isLetter(codePoint) || codePoint == '_') {
            return true;
        }
        int type = Character.getType(codePoint);
        return type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER;
    }
}
