/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.nightjar.Classification.Reason;
import dev.nightjar.Classification.Rejected;
import dev.nightjar.Classification.Scored;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassificationTest {
    private static final String MODEL = "emotion@0123456789ab";

    @Test
    void scoresAreBestFirstAndEqualOnesInTheOrderOfTheLabels() {
        Scored scored = scored(
                new ScoredLabel("neutral", 0.1),
                new ScoredLabel("joy", 0.4),
                new ScoredLabel("fear", 0.1),
                new ScoredLabel("anger", 0.4));
        assertThat(scored.scores()).extracting(ScoredLabel::label).containsExactly("joy", "anger", "neutral", "fear");
        assertThat(scored.best()).isEqualTo(new ScoredLabel("joy", 0.4));
        assertThat(scored.top()).contains(new ScoredLabel("joy", 0.4));
    }

    @Test
    void aScoreIsFoundByItsLabel() {
        Scored scored = scored(new ScoredLabel("joy", 0.75), new ScoredLabel("anger", 0.25));
        assertThat(scored.score("anger")).hasValue(0.25);
        assertThat(scored.score("Anger")).isEmpty();
    }

    @Test
    void polarityIsWhatTheTwoEndsDifferBy() {
        assertThat(scored(
                                new ScoredLabel("neutral", 0.5),
                                new ScoredLabel("negative", 0.375),
                                new ScoredLabel("positive", 0.125))
                        .polarity())
                .hasValue(-0.25);
        assertThat(scored(new ScoredLabel("POSITIVE", 1), new ScoredLabel("NEGATIVE", 0))
                        .polarity())
                .hasValue(1);
        assertThat(scored(new ScoredLabel("joy", 0.5), new ScoredLabel("positive", 0.5))
                        .polarity())
                .isEmpty();
    }

    @Test
    void theScoresAreACopy() {
        List<ScoredLabel> scores = new ArrayList<>(List.of(new ScoredLabel("joy", 1)));
        Scored scored = new Scored(MODEL, scores, false);
        scores.clear();
        assertThat(scored.scores()).containsExactly(new ScoredLabel("joy", 1)).isUnmodifiable();
    }

    @Test
    void aRejectedTextHasNoLabel() {
        Classification rejected = new Rejected(MODEL, Reason.BLANK);
        assertThat(rejected.top()).isEmpty();
        assertThat(rejected.model()).isEqualTo(MODEL);
    }

    @Test
    void anAnswerNamesItsModelAndHasSomethingToSay() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Scored(MODEL, List.of(), false))
                .withMessage("A scored classification needs at least one score");
        assertThatIllegalArgumentException().isThrownBy(() -> new Rejected(" ", Reason.BLANK));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Scored("", List.of(new ScoredLabel("joy", 1)), false))
                .withMessage("A classification names its model");
        assertThatNullPointerException()
                .isThrownBy(() -> new Rejected(MODEL, null))
                .withMessage("reason");
    }

    @Test
    void aCopyByJavaSerializationIsEqual() {
        Scored scored = scored(new ScoredLabel("joy", 0.75), new ScoredLabel("anger", 0.25));
        assertThat(Serialized.copyOf(scored)).isEqualTo(scored);
        assertThat(Serialized.copyOf(new Rejected(MODEL, Reason.TOO_LARGE)))
                .isEqualTo(new Rejected(MODEL, Reason.TOO_LARGE));
    }

    private static Scored scored(ScoredLabel... scores) {
        return new Scored(MODEL, List.of(scores), false);
    }
}
