/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.ScoredLabel;
import dev.nightjar.evaluation.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Trains on the public data sets and asks for the figures that the documentation states. The data may not be
 * redistributed, so it runs where {@code nightjar.data} names a directory that holds {@code tweeteval-sentiment},
 * {@code tweeteval-emotion} and {@code goemotions-ekman}, each with {@code train.tsv.gz} and {@code validation.tsv.gz}. The
 * bundled model needs {@code target/teacher.jsonl}, too, which {@code src/test/sh/train-sentiment.sh} makes first.
 */
@EnabledIfSystemProperty(named = "nightjar.data", matches = ".+")
class LrTrainingIT {
    private static final int DRAWS = 2_000;

    @Test
    void theBundledSentimentIsTrainedByTheseTexts() throws IOException {
        List<LabelledText> validation = texts("tweeteval-sentiment", "validation");
        LrModel model = sentiment(text -> true).calibrated(validation);
        report("tweeteval-sentiment", model);
        List<LabelledText> moods = moods();
        List<LabelledText> withoutEmoji = moods.stream()
                .map(text -> new LabelledText(
                        text.label(),
                        SentimentTraining.EMOJI.matcher(text.text()).replaceAll("")))
                .toList();
        double right = evaluation(moods, answers(model, moods)).accuracy();
        assertThat(right)
                .as("tweets with emoji, which it was not trained on")
                .isGreaterThan(0.76)
                .isGreaterThan(
                        evaluation(withoutEmoji, answers(model, withoutEmoji)).accuracy() + 0.08);
        Path file = Path.of("target", "sentiment.json");
        model.save(file);

        assertThat(model.metrics().get("validation.macro-recall")).isGreaterThanOrEqualTo(0.70);
        assertThat(Files.readAllBytes(file))
                .isEqualTo(Files.readAllBytes(Path.of("models", "sentiment", "model.json")));
    }

    /** Its settings were chosen by these tweets, which no model is trained on here. */
    @Test
    void theSameTrainingDoesWellOnTweetsHeldOut() throws IOException {
        List<LabelledText> guard = texts("tweeteval-sentiment", "train").stream()
                .filter(SentimentTraining::isGuard)
                .toList();
        LrModel model = sentiment(text -> !SentimentTraining.isGuard(text));
        List<String> lines = new ArrayList<>();
        measure("guard", guard, answers(model, guard), lines);
        Files.write(Path.of("target", "training-guard.txt"), lines);
        assertThat(evaluation(guard, answers(model, guard)).macroRecall()).isGreaterThanOrEqualTo(0.70);
    }

    private static LrModel sentiment(Predicate<LabelledText> taken) throws IOException {
        return SentimentTraining.train(
                Path.of(System.getProperty("nightjar.data")), Path.of("target", "teacher.jsonl"), taken);
    }

    /** The tweets with emoji of another task, joy and optimism as positive, anger and sadness as negative. */
    private static List<LabelledText> moods() {
        return Stream.of("train", "validation")
                .flatMap(split -> texts("tweeteval-emotion", split).stream())
                .filter(text -> SentimentTraining.EMOJI.matcher(text.text()).find())
                .map(text -> new LabelledText(
                        List.of("joy", "optimism").contains(text.label()) ? "positive" : "negative", text.text()))
                .toList();
    }

    @Test
    void tweetEvalEmotionReachesItsBar() throws IOException {
        LrModel model = LrTrainer.builder("emotion")
                .build()
                .train(texts("tweeteval-emotion", "train"), texts("tweeteval-emotion", "validation"));
        report("tweeteval-emotion", model);
        assertThat(model.metrics().get("validation.macro-f1")).isGreaterThanOrEqualTo(0.63);
    }

    @Test
    void goEmotionsReachesItsBar() throws IOException {
        LrModel model = LrTrainer.builder("ekman")
                .classWeightPower(0.7)
                .build()
                .train(texts("goemotions-ekman", "train"), texts("goemotions-ekman", "validation"));
        report("goemotions-ekman", model);
        assertThat(model.metrics().get("validation.macro-f1")).isGreaterThanOrEqualTo(0.58);
    }

    /** Writes the figures to {@code target/training-}set{@code .txt}. */
    private static void report(String set, LrModel model) throws IOException {
        List<String> lines = new ArrayList<>(
                List.of(model.toString(), model.sha256(), model.metrics().toString()));
        for (String split : List.of("validation", "extra-devtest")) {
            if (Files.exists(file(set, split))) {
                List<LabelledText> texts = texts(set, split);
                List<String> answers = answers(model, texts);
                measure(split, texts, answers, lines);
            }
        }
        Files.write(Path.of("target", "training-" + set + ".txt"), lines);
    }

    private static void measure(String split, List<LabelledText> texts, List<String> answers, List<String> lines) {
        lines.add(split);
        lines.add("  accuracy " + measured(texts, answers, Evaluation::accuracy));
        lines.add("  macro-recall " + measured(texts, answers, Evaluation::macroRecall));
        lines.add("  macro-F1 " + measured(texts, answers, Evaluation::macroF1));
        Evaluation all = evaluation(texts, answers);
        all.labels()
                .forEach(label -> lines.add("  " + label + ": recall " + all.recall(label) + ", F1 " + all.f1(label)));
    }

    private static List<String> answers(LrModel model, List<LabelledText> texts) {
        try (LrClassifier classifier = model.classifier()) {
            return classifier.classifyAll(texts.stream().map(LabelledText::text).toList()).stream()
                    .map(answer -> answer.top().map(ScoredLabel::label).orElse("none"))
                    .toList();
        }
    }

    private static Evaluation evaluation(List<LabelledText> texts, List<String> answers) {
        Evaluation evaluation = new Evaluation(List.of());
        for (int i = 0; i < texts.size(); i++) {
            evaluation.add(texts.get(i).label(), answers.get(i));
        }
        return evaluation;
    }

    /** A measure with its 95 % interval, by bootstrap over the texts. */
    private static String measured(
            List<LabelledText> texts, List<String> answers, ToDoubleFunction<Evaluation> measure) {
        Random random = new Random(1);
        double[] draws = new double[DRAWS];
        for (int draw = 0; draw < DRAWS; draw++) {
            Evaluation evaluation = new Evaluation(List.of());
            for (int i = 0; i < texts.size(); i++) {
                int drawn = random.nextInt(texts.size());
                evaluation.add(texts.get(drawn).label(), answers.get(drawn));
            }
            draws[draw] = 100 * measure.applyAsDouble(evaluation);
        }
        Arrays.sort(draws);
        return String.format(
                Locale.ROOT,
                "%.1f (%.1f to %.1f)",
                100 * measure.applyAsDouble(evaluation(texts, answers)),
                draws[DRAWS / 40],
                draws[DRAWS - 1 - DRAWS / 40]);
    }

    private static List<LabelledText> texts(String set, String split) {
        return LabelledText.readTsv(file(set, split));
    }

    private static Path file(String set, String split) {
        return Path.of(System.getProperty("nightjar.data"), set, split + ".tsv.gz");
    }
}
