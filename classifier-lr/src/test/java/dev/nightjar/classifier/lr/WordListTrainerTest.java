/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.Classifier;
import dev.nightjar.ConfigException;
import dev.nightjar.ScoredLabel;
import dev.nightjar.classifier.lr.wordlist.WordListClassifierConfig;
import dev.nightjar.classifier.lr.wordlist.WordListModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordListTrainerTest {
    @TempDir
    private Path folder;

    @Test
    void itsTwoFilesAnswerWhatItWasTaught() {
        WordListModel model = WordListTrainer.builder().words(4).build().train(texts());
        assertThat(model.words())
                .as("the most used first, and no placeholder")
                .containsExactly("a", "day", "awful", "lovely");
        Path json = folder.resolve("model.json");
        Path words = folder.resolve("most_used_words.csv");
        model.save(json, words);
        assertThat(WordListModel.load(json, words).model()).isEqualTo(model.model());
        try (Classifier classifier = WordListClassifierConfig.of(json, words).open()) {
            assertThat(label(classifier, "Such a lovely evening")).isEqualTo("positive");
            assertThat(label(classifier, "such an AWFUL evening")).isEqualTo("negative");
            assertThat(label(classifier, "#elsewhere"))
                    .as("a hashtag, which the sad ones have")
                    .isEqualTo("negative");
        }
    }

    /** Of three texts two are positive, and weights of classes would hide it. */
    @Test
    void theInterceptIsTrained() {
        List<LabelledText> texts = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            texts.add(new LabelledText(i % 3 == 0 ? "negative" : "positive", "word"));
        }
        WordListModel model =
                WordListTrainer.builder().classWeightPower(0).build().train(texts);
        try (Classifier classifier = model.classifier()) {
            assertThat(label(classifier, "unheard")).isEqualTo("positive");
        }
        assertThat(model.intercept()).isPositive();
    }

    @Test
    void theSameTextsGiveTheSameModelAndTheirOrderDoesNotMatterToTheWords() {
        List<LabelledText> texts = texts();
        WordListModel model = WordListTrainer.builder().build().train(texts);
        assertThat(WordListTrainer.builder().build().train(texts).model()).isEqualTo(model.model());
        Collections.reverse(texts);
        assertThat(WordListTrainer.builder().build().train(texts).words()).isEqualTo(model.words());
    }

    @Test
    void otherLabelsAreRefused() {
        List<LabelledText> texts = texts();
        texts.add(new LabelledText("neutral", "a day"));
        WordListTrainer trainer = WordListTrainer.builder().build();
        assertThatThrownBy(() -> trainer.train(texts))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("[negative, neutral, positive]");
        assertThatThrownBy(() -> WordListTrainer.builder().words(0)).isInstanceOf(ConfigException.class);
        List<LabelledText> wordless = List.of(new LabelledText("negative", "#a"), new LabelledText("positive", "..."));
        assertThatThrownBy(() -> trainer.train(wordless))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no words");
    }

    private static String label(Classifier classifier, String text) {
        return classifier.classify(text).top().map(ScoredLabel::label).orElse("none");
    }

    private static List<LabelledText> texts() {
        List<LabelledText> texts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            texts.add(new LabelledText("positive", "A lovely day, @bird" + i));
            texts.add(new LabelledText("negative", "a day so awful #sad"));
        }
        return texts;
    }
}
