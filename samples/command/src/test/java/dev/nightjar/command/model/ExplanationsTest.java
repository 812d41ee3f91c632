/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.ConfigException;
import dev.nightjar.ScoredLabel;
import dev.nightjar.testkit.KeywordClassifier;
import dev.nightjar.testkit.Tweets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExplanationsTest {
    private static final ClassifierFactory MISSING = () -> {
        throw new ConfigException("There is no file 'mine.json'");
    };
    private static final ClassifierFactory BROKEN = () -> {
        throw new UnsatisfiedLinkError("no runtime");
    };

    @Test
    void aModelThatDoesNotOpenLeavesTheOthersToExplain() {
        try (Classifier keywords = KeywordClassifier.sentiment().open();
                Explanations explanations = new Explanations(List.of(MISSING, BROKEN, KeywordClassifier.sentiment()))) {
            assertThat(explanations.json(tweet(keywords.classify("I am happy"))))
                    .contains("\"method\":\"words left out\"")
                    .doesNotContain("none");
        }
    }

    @Test
    void aLabelOfAModelThatIsNotAtHandSaysSoAndWhichDidNotOpen() {
        Classification other = new Classification.Scored("mine@abc", List.of(new ScoredLabel("good", 1)), false);
        try (Explanations explanations = new Explanations(List.of(MISSING, BROKEN))) {
            for (int times = 0; times < 2; times++) {
                assertThat(explanations.json(tweet(other)))
                        .contains("No model at hand is the mine@abc that gave this label; 'nightjar dashboard --model'")
                        .contains("Not opened: There is no file 'mine.json'; The model failed with a")
                        .contains("UnsatisfiedLinkError; see the log.");
            }
        }
    }

    private static ClassifiedTweet tweet(Classification answer) {
        return ClassifiedTweet.of(Tweets.tweet(1, "I am happy"), Map.of("sentiment", answer));
    }
}
