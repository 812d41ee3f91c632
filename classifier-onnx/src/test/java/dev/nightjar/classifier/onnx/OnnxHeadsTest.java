/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.Classification;
import dev.nightjar.Classification.Scored;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.ConfigException;
import dev.nightjar.testkit.ClassifierContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that answers two questions at once, and models that are opened more than once. */
class OnnxHeadsTest implements ClassifierContract {
    private static final Path HEADS = Fixtures.directory("heads");

    @Override
    public ClassifierFactory factory() {
        return head("sentiment");
    }

    @Test
    void theSecondHeadThatIsAskedForABatchCostsNoPass() {
        List<String> texts = IntStream.range(0, 300)
                .mapToObj(i -> ("owl " + i + ' ').repeat(1 + i * 7 % 13))
                .toList();
        try (OnnxClassifier emotion = head("emotion").open();
                OnnxClassifier sentiment = head("sentiment").open()) {
            long before = emotion.passes();
            List<Classification> emotions = emotion.classifyAll(texts);
            long passes = emotion.passes();
            assertThat(passes).isGreaterThan(before);
            List<Classification> sentiments = sentiment.classifyAll(texts);
            assertThat(sentiment.passes()).isEqualTo(passes);

            assertThat(emotions)
                    .allSatisfy(answer -> assertThat(labels(answer))
                            .hasSameElementsAs(emotion.labels().names()));
            assertThat(sentiments)
                    .allSatisfy(answer ->
                            assertThat(labels(answer)).containsExactlyInAnyOrder("negative", "neutral", "positive"));
            sentiment.classify("something new");
            assertThat(emotion.passes()).isEqualTo(passes + 1);
        }
    }

    @Test
    void whatIsKeptForTheOtherHeadIsBounded() {
        List<String> texts = IntStream.range(0, 10_000)
                .mapToObj(i -> Integer.toString(5 * 5 * 5 * 5 * 5 * 5 + i, 5).replaceAll(".", "$0 "))
                .map(digits -> digits.replace('0', 'a')) // each digit and letter is a word of the vocabulary
                .toList();
        try (OnnxClassifier emotion = head("emotion").open();
                OnnxClassifier sentiment = head("sentiment").open()) {
            emotion.classifyAll(texts);
            long passes = emotion.passes();
            sentiment.classifyAll(texts.subList(9_000, 10_000));
            assertThat(emotion.passes()).isEqualTo(passes);
            sentiment.classify(texts.get(0));
            assertThat(emotion.passes()).isEqualTo(passes + 1);
        }
    }

    @Test
    void aModelStaysLoadedUntilItsLastUserClosesIt() {
        OnnxClassifier emotion = head("emotion").open();
        OnnxClassifier again = head("emotion").open();
        try (OnnxClassifier sentiment = head("sentiment").open()) {
            long before = sentiment.passes();
            emotion.classify("the owl flies");
            assertThat(again.passes()).isEqualTo(sentiment.passes()).isEqualTo(before + 1);
            emotion.close();
            emotion.close();
            again.close();
            assertThatThrownBy(() -> emotion.classify("ok")).isInstanceOf(IllegalStateException.class);
            assertThat(sentiment.classify("ok").top()).isPresent();
        }
        try (OnnxClassifier reopened = head("sentiment").open()) {
            assertThat(reopened.passes()).isZero();
        }
    }

    @Test
    void whatIsOpenedInAnotherWayIsLoadedAnew() {
        try (OnnxClassifier emotion = head("emotion").open();
                OnnxClassifier shorter =
                        head("emotion").toBuilder().maxTokens(16).build().open()) {
            emotion.classify("the owl flies");
            assertThat(emotion.passes()).isEqualTo(1);
            assertThat(shorter.passes()).isZero();
        }
    }

    @Test
    void aHeadMustBeChosen() {
        assertThat(refusal(OnnxClassifierConfig.builder(HEADS).build()))
                .hasMessageStartingWith("config.json of '" + HEADS + "' (SHA-256 ")
                .hasMessageEndingWith("has the heads emotion, sentiment; choose one with 'head'");
        assertThat(refusal(head("topic"))).hasMessageEndingWith("has no head 'topic', it has emotion, sentiment");
        assertThat(refusal(OnnxClassifierConfig.builder(Fixtures.directory("bert"))
                        .head("emotion")
                        .build()))
                .hasMessageContaining("has no nightjar.heads");
    }

    @Test
    void aHeadWhoseOutputTheModelLacksIsRefused(@TempDir Path directory) throws IOException {
        Path model = Fixtures.copy("heads", directory.resolve("heads"));
        String config = Files.readString(model.resolve("config.json"));
        Files.writeString(model.resolve("config.json"), config.replace("\"emotion_logits\"", "\"mood\""));
        assertThat(refusal(OnnxClassifierConfig.builder(model).head("sentiment").build()))
                .hasMessageStartingWith("model.onnx of ")
                .hasMessageContaining("none of which is 'mood'");
        Files.writeString(
                model.resolve("config.json"),
                config.replace("\"output\": \"emotion_logits\"", "\"output\": \"sentiment_logits\""));
        assertThat(refusal(OnnxClassifierConfig.builder(model).head("sentiment").build()))
                .hasMessageContaining("gives 'sentiment_logits' as ")
                .hasMessageContaining("not as a number for each of the 7 labels");
    }

    @Test
    void answersNameModelAndHead() {
        try (OnnxClassifier emotion = head("emotion").open();
                OnnxClassifier sentiment = head("sentiment").open()) {
            assertThat(emotion.model()).matches("heads\\.emotion@[0-9a-f]{12}");
            assertThat(sentiment.model()).isEqualTo(emotion.model().replace("emotion", "sentiment"));
            assertThat(((Scored) emotion.classify("ok")).model()).isEqualTo(emotion.model());
        }
    }

    private static List<String> labels(Classification answer) {
        return ((Scored) answer).scores().stream().map(score -> score.label()).toList();
    }

    private static OnnxClassifierConfig head(String name) {
        return OnnxClassifierConfig.builder(HEADS).head(name).build();
    }

    private static ConfigException refusal(OnnxClassifierConfig config) {
        return Fixtures.refusal(config::open);
    }
}
