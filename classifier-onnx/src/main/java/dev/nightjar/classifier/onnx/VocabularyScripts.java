/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import java.lang.Character.UnicodeScript;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The scripts that a vocabulary has letters of but hardly a word, as the English ones of BERT have the Cyrillic alphabet: a
 * text in one is spelled out in tokens of which the model learnt nothing. A vocabulary of characters has no words either, but
 * thousands of characters, or is small.
 *
 * <p>Confined to one thread.
 */
final class VocabularyScripts {
    private static final int SMALL = 5_000;
    private static final int FEWEST_WORDS = 200;
    private static final int FEWEST_TOKENS = 1_000;

    private final Map<UnicodeScript, Tokens> others = new EnumMap<>(UnicodeScript.class);
    private int size;

    /** The tokens of one script. */
    private static final class Tokens {
        private final Set<Long> ids = new HashSet<>();
        private int words;
    }

    void add(String token, int id) {
        size++;
        UnicodeScript script = null;
        int letters = 0;
        for (int i = 0; i < token.length(); i += Character.charCount(token.codePointAt(i))) {
            int letter = token.codePointAt(i);
            UnicodeScript own = letter < 0x250 ? UnicodeScript.LATIN : UnicodeScript.of(letter);
            if (own != UnicodeScript.LATIN && own != UnicodeScript.COMMON && own != UnicodeScript.INHERITED) {
                script = own;
                letters++;
            }
        }
        if (script != null) {
            Tokens tokens = others.computeIfAbsent(script, first -> new Tokens());
            tokens.ids.add((long) id);
            tokens.words += letters > 1 ? 1 : 0;
        }
    }

    /** The tokens of scripts that are not known. */
    Set<Long> unknown() {
        Set<Long> unknown = new HashSet<>();
        others.values().stream()
                .filter(tokens -> size >= SMALL && tokens.words < FEWEST_WORDS && tokens.ids.size() < FEWEST_TOKENS)
                .forEach(tokens -> unknown.addAll(tokens.ids));
        return unknown;
    }
}
