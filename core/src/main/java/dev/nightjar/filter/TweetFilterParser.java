/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.filter;

import dev.nightjar.ConfigException;
import dev.nightjar.filter.TweetFilter.Both;
import dev.nightjar.filter.TweetFilter.Either;
import dev.nightjar.filter.TweetFilter.Is;
import dev.nightjar.filter.TweetFilter.Node;
import dev.nightjar.filter.TweetFilter.Not;
import dev.nightjar.filter.TweetFilter.Word;
import dev.nightjar.options.Options;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the text form of a {@link TweetFilter}. */
final class TweetFilterParser {
    private static final Pattern TOKEN = Pattern.compile("-?\\(|\\)|[^\\s()]+");

    private final String text;
    private final Deque<String> tokens = new ArrayDeque<>();

    TweetFilterParser(String text) {
        this.text = text;
        TOKEN.matcher(text).results().map(MatchResult::group).forEach(tokens::add);
    }

    Node parse() {
        Node all = either();
        if (!tokens.isEmpty()) {
            throw fault("has a ')' too many");
        }
        return all;
    }

    private Node either() {
        Node first = both();
        while ("OR".equals(tokens.peek())) {
            tokens.remove();
            first = new Either(first, both());
        }
        return first;
    }

    private Node both() {
        Node first = one();
        while (!tokens.isEmpty()
                && !tokens.peek().equals("OR")
                && !tokens.peek().equals(")")) {
            first = new Both(first, one());
        }
        return first;
    }

    private Node one() {
        String token = tokens.isEmpty() ? "" : tokens.remove();
        if (token.endsWith("(")) {
            Node inner = either();
            if (tokens.isEmpty()) {
                throw fault("lacks a ')'");
            }
            tokens.remove();
            return token.startsWith("-") ? new Not(inner) : inner;
        }
        if (token.startsWith("-")) {
            return new Not(word(token.substring(1)));
        }
        if (token.isEmpty() || token.equals("OR") || token.equals(")")) {
            throw fault("lacks a word" + (token.isEmpty() ? "" : " before '" + token + "'"));
        }
        return word(token);
    }

    private static Node word(String token) {
        int colon = token.indexOf(':') + 1;
        String name = (colon == 0 ? token : token.substring(0, colon)).toLowerCase(Locale.ROOT);
        for (Word word : Word.values()) {
            if (word.text().equals(name)) {
                return new Is(word, word.check(colon == 0 ? "" : token.substring(colon)));
            }
        }
        List<String> known = Stream.of(Word.values()).map(Word::text).toList();
        throw new ConfigException("There is no condition '" + token + "' on tweets; did you mean '"
                + Options.nearest(name, known) + "'? There are " + String.join(", ", known));
    }

    private ConfigException fault(String what) {
        return new ConfigException("The condition '" + text + "' " + what);
    }
}
