/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import dev.nightjar.Classification;
import dev.nightjar.Classification.Reason;
import dev.nightjar.Classifier;
import dev.nightjar.ConfigException;
import dev.nightjar.LabelSet;
import dev.nightjar.ProblemType;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Sha256;
import dev.nightjar.classifier.onnx.LoadedModels.Use;
import dev.nightjar.classifier.onnx.ModelConfig.Head;
import dev.nightjar.classifier.onnx.TextModel.TextResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Classifies with a transformer in ONNX form, opened by {@link OnnxClassifierConfig#open()}.
 *
 * <p>Texts of a call are scored in batches of similar length, each distinct text once. If the model reads only the
 * beginning of a text, the answer is marked as truncated. A batch on which the model fails is split until the text that
 * it fails on is alone, which is then rejected as {@link Reason#MODEL_FAULT}.
 *
 * <p>Classifiers in this process with the same files and settings share the loaded model, even if they use different
 * heads: a batch that one has classified then costs the other nothing.
 *
 * <p>{@link #model()} is the configured name, {@code @}, and 12 digits of the SHA-256 over the digests of
 * {@code config.json}, {@code tokenizer.json} and the ONNX file, and of the labels and the threshold if they are
 * configured. So other labels or another tokenizer make it another
 * model. It is the digest of the {@code sha256sum} lines of the three, in the order of their names.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class OnnxClassifier implements Classifier {
    private static final Logger LOG = LoggerFactory.getLogger(OnnxClassifier.class);

    private final HeadScores scores;
    private final double temperature;
    private final int output;
    private final String model;
    private final double abstainBelow;
    private final Use use;
    private final AnswerCache cache;

    private OnnxClassifier(
            OnnxClassifierConfig config, HeadScores scores, double temperature, int output, String model, Use use) {
        this.scores = scores;
        this.temperature = temperature;
        this.output = output;
        this.model = model;
        this.abstainBelow = config.get(OnnxClassifierConfig.ABSTAIN_BELOW);
        this.use = use;
        this.cache = new AnswerCache(config.get(OnnxClassifierConfig.CACHE_SIZE));
    }

    static OnnxClassifier open(OnnxClassifierConfig config) {
        BundleFiles files = BundleFiles.read(config.model(), config.modelFile());
        ModelConfig modelConfig = files.parseConfig();
        int output = indexOf(config, files, modelConfig);
        List<String> labels = config.labels();
        if (!labels.isEmpty()) {
            modelConfig = modelConfig.withLabels(output, labels);
        }
        Head head = modelConfig.heads().get(output);
        Double threshold = config.find(OnnxClassifierConfig.THRESHOLD);
        String settings =
                (labels.isEmpty() ? "" : " labels " + labels) + (threshold == null ? "" : " threshold " + threshold);
        String digest = settings.isEmpty()
                ? files.sha256()
                : Sha256.of((files.sha256() + settings).getBytes(StandardCharsets.UTF_8));
        Use use = LoadedModels.logits(files, modelConfig, config);
        try {
            HeadScores scores = HeadScores.of(
                    head,
                    use.model().examples(output),
                    OnnxOperators.haveSigmoid(files.model()),
                    threshold == null ? HeadScores.EVEN : threshold);
            check(config, head, scores);
            return new OnnxClassifier(
                    config, scores, head.temperature(), output, Sha256.model(config.name(), digest), use);
        } catch (IllegalArgumentException e) {
            use.close();
            throw files.modelFault(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            use.close();
            throw e;
        }
    }

    private static void check(OnnxClassifierConfig config, Head head, HeadScores scores) {
        if (config.get(OnnxClassifierConfig.ABSTAIN_BELOW) > 0
                && scores.labels().problemType() == ProblemType.MULTI_LABEL) {
            throw new ConfigException(
                    "The option 'abstain-below' is for models with one label for each text; the labels of '"
                            + config.model() + "' stand for themselves");
        }
        if (config.find(OnnxClassifierConfig.THRESHOLD) != null && !scores.isOneNumber()) {
            throw new ConfigException("The option 'threshold' is for models that give one number; '" + config.model()
                    + "' gives one for each of " + scores.labels().names());
        }
        if (head.labels().isEmpty()) {
            LOG.warn(
                    "config.json of '{}' has no id2label, so its labels are called {}; give their names with 'labels'",
                    config.model(),
                    scores.labels().names());
        }
    }

    @Override
    public LabelSet labels() {
        return scores.labels();
    }

    @Override
    public String model() {
        return model;
    }

    /** The divisor of the logits before they become scores; 1 if the model was not calibrated. */
    public double temperature() {
        return temperature;
    }

    @Override
    public List<Classification> classifyAll(List<String> texts) {
        List<String> copy = List.copyOf(texts);
        return use.call("classifier " + model, loaded -> answer(copy, loaded));
    }

    @Override
    public void close() {
        use.close();
    }

    /** The model, its labels, and which texts it is given at once. */
    @Override
    public String toString() {
        return model + ' ' + labels().names() + ", given " + use.model().batching();
    }

    /** How often the model was run, by this classifier and all that share it. */
    long passes() {
        return use.model().passes();
    }

    private static int indexOf(OnnxClassifierConfig config, BundleFiles files, ModelConfig modelConfig) {
        try {
            return modelConfig.indexOf(Optional.ofNullable(config.find(OnnxClassifierConfig.HEAD)));
        } catch (IllegalArgumentException e) {
            throw files.configFault(e);
        }
    }

    private List<Classification> answer(List<String> texts, TextModel loaded) {
        Map<String, Classification> answers = new HashMap<>();
        List<String> distinct = new ArrayList<>(new LinkedHashSet<>(texts));
        cache.find(distinct, answers);
        distinct.removeAll(answers.keySet());
        int faults = 0;
        Exception lastFault = null;
        for (Map.Entry<String, TextResult> answer : loaded.answer(distinct).entrySet()) {
            TextResult checked = answer.getValue().checked(output);
            answers.put(answer.getKey(), classification(checked));
            if (checked.fault() != null) {
                faults++;
                lastFault = checked.fault();
            }
        }
        if (faults > 0) {
            LOG.warn("{} failed on {} of {} texts, at last with", model, faults, distinct.size(), lastFault);
        }
        cache.keep(distinct, answers);
        return texts.stream().map(answers::get).toList();
    }

    private Classification classification(TextResult answer) {
        if (answer.rejection() != null) {
            return new Classification.Rejected(model, answer.rejection());
        }
        double[] numbers = scores.scores(answer.outputs()[output]);
        List<ScoredLabel> scored = new ArrayList<>(numbers.length);
        for (int label = 0; label < numbers.length; label++) {
            scored.add(new ScoredLabel(labels().names().get(label), numbers[label]));
        }
        Classification.Scored answered = new Classification.Scored(model, scored, answer.truncated());
        return answered.best().score() < abstainBelow ? new Classification.Rejected(model, Reason.UNCERTAIN) : answered;
    }
}
