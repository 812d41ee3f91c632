/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import dev.nightjar.ClassifierFactory;
import dev.nightjar.ConfigException;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * How to open an {@link OnnxClassifier}: which model, and how it is run.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class OnnxClassifierConfig extends RunOptions implements ClassifierFactory {
    static final Options OPTIONS = Options.of("classifier-onnx").addAll(SHARED);
    static final Option<String> HEAD = OPTIONS.add(Option.text("head")
            .valid("1 to 64 letters, digits, dots, underscores and hyphens", RunOptions::isName)
            .unlessSet("the only one")
            .means("which of a model's questions is answered, see [Heads](#heads)"));
    static final Option<String> LABELS = OPTIONS.add(Option.text("labels")
            .valid("the names of at least one label, with ',' or ';' between them", OnnxClassifierConfig::areLabels)
            .unlessSet("`id2label` of `config.json`")
            .means("the labels' names in the order of the model's numbers, with `,` or `;` between them"));
    static final Option<Double> THRESHOLD = OPTIONS.add(Option.number("threshold", 0.001, 0.999)
            .unlessSet("0.5")
            .means("for a model that gives one number: the score from which on the answer is yes, see"
                    + " [Scores](#scores)"));
    static final Option<Double> ABSTAIN_BELOW = OPTIONS.add(Option.number("abstain-below", 0, 1)
            .defaultTo(0.0)
            .means("a text whose best score is lower gets no label, see [Scores](#scores)"));
    static final Option<Set<String>> LANGUAGES = OPTIONS.add(
            Option.languages("languages")
                    .unlessSet("any; for the bundled models `en`")
                    .means(
                            "what the model reads; a pipeline does not ask it about a tweet in another language, see [Scores](#scores)"));
    static final Option<Integer> CACHE_SIZE = OPTIONS.add(Option.integer("cache-size", 0, Integer.MAX_VALUE)
            .defaultTo(0)
            .means(
                    "how many texts' answers are kept from call to call, for repeated texts such as retweets; within a call a"
                            + " repeated text is always scored once"));

    private static final long serialVersionUID = 1L;

    private OnnxClassifierConfig(Builder builder) {
        super(builder);
    }

    /** Begins a configuration for the model whose files lie in a directory. */
    public static Builder builder(Path directory) {
        return builder(ModelBundle.directory(directory));
    }

    /** Begins a configuration for a model. */
    public static Builder builder(ModelBundle model) {
        return new Builder().model(model);
    }

    /**
     * Reads a configuration from texts. The options are {@code model} (required, see {@link ModelBundle#parse}); for a
     * model of the Hub {@code hub-endpoint}, {@code hub-token} and {@code hub-cache} (see {@link ModelBundle#hub}); and
     * those of {@link Builder} in kebab-case.
     *
     * @throws ConfigException if an option is missing, unknown or refused; it names all faults
     */
    public static OnnxClassifierConfig fromMap(Map<String, String> options) {
        return new Builder().read(options).build();
    }

    @Override
    protected Options options() {
        return OPTIONS;
    }

    /**
     * Checks and loads the model's files.
     *
     * @throws ConfigException if a file is missing or damaged, the files do not make a classifier, or the device cannot
     *     be used; the message names the files with their SHA-256
     * @throws dev.nightjar.RetriableException if the files must be fetched first and the Hub does not answer
     */
    @Override
    public OnnxClassifier open() {
        return OnnxClassifier.open(this);
    }

    /** Those that are set; English for a bundled model, and else any. */
    @Override
    public Set<String> languages() {
        Set<String> set = find(LANGUAGES);
        if (set != null) {
            return set;
        }
        return model().isBundled() ? OnnxModels.LANGUAGES : Set.of();
    }

    /** As {@code intra-op-threads} says, or {@code parallelism} on this machine. */
    @Override
    public int threads() {
        return intraOpThreads(Runtime.getRuntime().availableProcessors());
    }

    /** A builder that starts with this configuration. */
    public Builder toBuilder() {
        return new Builder().setAll(this);
    }

    /** The names that are given; none if those of the model apply. */
    List<String> labels() {
        String given = find(LABELS);
        return given == null ? List.of() : split(given);
    }

    private static boolean areLabels(String text) {
        List<String> names = split(text);
        return names.stream().noneMatch(String::isEmpty) && new HashSet<>(names).size() == names.size();
    }

    private static List<String> split(String names) {
        return Stream.of(names.split("[,;]", -1)).map(String::strip).toList();
    }

    @Override
    public String name() {
        String head = find(HEAD);
        return head == null || find(NAME) != null ? super.name() : super.name() + '.' + head;
    }

    /**
     * Collects an {@link OnnxClassifierConfig}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder extends RunOptions.Builder<OnnxClassifierConfig, Builder> {
        private Builder() {
            super(OPTIONS, OnnxClassifierConfig::new);
        }

        /**
         * Which of the model's questions is answered, for a model whose {@code config.json} has {@code nightjar.heads};
         * the only one unless set.
         */
        public Builder head(String name) {
            return set(HEAD, name);
        }

        /**
         * The names of the labels, in the order of the model's numbers and with {@code ,} or {@code ;} between them, in
         * place of {@code id2label} in the model's {@code config.json}. Two for a model that gives one number: no and
         * yes.
         */
        public Builder labels(String names) {
            return set(LABELS, names);
        }

        /**
         * From which score on the answer of a model that gives one number is yes, from 0.001 to 0.999; 0.5 unless set.
         * The scores are moved so that one at the threshold becomes 0.5.
         */
        public Builder threshold(double score) {
            return set(THRESHOLD, score);
        }

        /**
         * The score that the best label must have; a text whose best score is below it gets no label, but is rejected
         * as {@link dev.nightjar.Classification.Reason#UNCERTAIN}. For models with one label for each text: one whose
         * labels stand for themselves is refused when it is opened. Unless it is set, every score is an answer.
         *
         * @param score 0 to 1; 0 for none
         */
        public Builder abstainBelow(double score) {
            return set(ABSTAIN_BELOW, score);
        }

        /**
         * The languages that the model reads, in the letters of {@link dev.nightjar.Tweet#lang()}: see {@link
         * ClassifierFactory#languages()}. Unless it is set, English for the bundled models and any for others.
         */
        public Builder languages(Set<String> languages) {
            return set(LANGUAGES, new TreeSet<>(languages));
        }

        /**
         * The number of texts whose answers are cached between calls, the least recently used dropped first, so that a
         * repeated text such as a retweet is not scored again. 0 unless set, which caches none.
         */
        public Builder cacheSize(int texts) {
            return set(CACHE_SIZE, texts);
        }
    }
}
