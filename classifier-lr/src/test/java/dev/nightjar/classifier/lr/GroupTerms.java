/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.regex.Pattern;

/** Names of groups of people, which should say nothing about the sentiment of a text. */
final class GroupTerms {
    private static final List<String> TERMS = Arrays.asList("""
            gay gays lesbian lesbians bisexual bisexuals trans transgender queer queers lgbt homosexual homosexuals straight
            black blacks white whites asian asians african africans arab arabs latino latinos latina latinas latinx hispanic
            hispanics mexican mexicans chinese indian indians japanese korean koreans vietnamese filipino filipinos pakistani
            pakistanis iranian iranians iraqi iraqis syrian syrians turk turks turkish russian russians ukrainian ukrainians
            polish german germans french italian italians spanish irish british english scottish american americans canadian
            canadians brazilian brazilians nigerian nigerians somali somalis jamaican jamaicans afghan afghans palestinian
            palestinians israeli israelis indigenous aboriginal roma gypsy gypsies
            muslim muslims islam islamic jew jews jewish christian christians catholic catholics protestant protestants hindu
            hindus buddhist buddhists sikh sikhs mormon mormons atheist atheists
            immigrant immigrants migrant migrants refugee refugees foreigner foreigners minority minorities
            women woman men man girl girls boy boys female females male males lady ladies gentleman gentlemen old young elderly
            teenager teenagers disabled blind deaf autistic
            """.strip().split("\\s+"));

    private static final Pattern ANY = Pattern.compile("(?i)(?<![\\w#@])(?:" + String.join("|", TERMS) + ")(?!\\w)");

    /** The inverse frequency of a term that the training texts do not have, about that of a rare word. */
    private static final float RARE = 8;

    private GroupTerms() {}

    /** A training text without them. */
    static String without(String text) {
        return ANY.matcher(text).replaceAll(" ");
    }

    /** A model to which each of these words, with the n-grams of its characters, gives no label more than another. */
    static LrModel level(LrModel model) {
        LrFeatures features = model.features();
        int labels = model.labels().size();
        SortedMap<Integer, float[]> rows = ModelRows.of(model);
        TextFeatures reader = features.reader();
        for (String term : TERMS) {
            reader.read(term);
            int bucket = reader.hash(0) & ((1 << features.bits()) - 1);
            float[] row = rows.computeIfAbsent(bucket, absent -> {
                float[] rare = new float[labels + 1];
                rare[labels] = RARE;
                return rare;
            });
            double[] pulls = new double[labels];
            for (int feature : features.vector(term).indices()) {
                for (int label = 0; label < labels; label++) {
                    pulls[label] += features.idf(feature) * model.weight(feature, label);
                }
            }
            double mean = Arrays.stream(pulls).average().orElse(0);
            for (int label = 0; label < labels; label++) {
                row[label] -= (float) ((pulls[label] - mean) / row[labels]);
            }
        }
        return ModelRows.model(model, rows);
    }
}
