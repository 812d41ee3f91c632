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
 * {@code config.json}, {@code tokenizer.json} and the ONNX file. So other labels or another tokenizer make it another
 * model. It is the digest of the {@code sha256sum} lines of the three, in the order of their names.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class OnnxClassifier implements Classifier {
    private static final Logger LOG = LoggerFactory.getLogger(OnnxClassifier.class);

    private final Head head;
    private final int output;
    private final String model;
    private final double abstainBelow;
    private final Use use;
    private final AnswerCache cache;

    private OnnxClassifier(Head head, int output, String model, double abstainBelow, Use use, AnswerCache cache) {
        this.head = head;
        this.output = output;
        this.model = model;
        this.abstainBelow = abstainBelow;
        this.use = use;
        this.cache = cache;
    }

    static OnnxClassifier open(OnnxClassifierConfig config) {
        BundleFiles files = BundleFiles.read(config.model(), config.modelFile());
        ModelConfig modelConfig = files.parseConfig();
        int output = indexOf(config, files, modelConfig);
        Head head = modelConfig.heads().get(output);
        double abstainBelow = config.get(OnnxClassifierConfig.ABSTAIN_BELOW);
        if (abstainBelow > 0 && head.labels().problemType() == ProblemType.MULTI_LABEL) {
            throw new ConfigException(
                    "The option 'abstain-below' is for models with one label for each text; the labels of '"
                            + config.model() + "' stand for themselves");
        }
        return new OnnxClassifier(
                head,
                output,
                Sha256.model(config.name(), files.sha256()),
                abstainBelow,
                LoadedModels.logits(files, modelConfig, config),
                new AnswerCache(config.get(OnnxClassifierConfig.CACHE_SIZE)));
    }

    @Override
    public LabelSet labels() {
        return head.labels();
    }

    @Override
    public String model() {
        return model;
    }

    /** The divisor of the logits before they become scores; 1 if the model was not calibrated. */
    public double temperature() {
        return head.temperature();
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
        LabelSet labels = head.labels();
        double[] scores = scores(answer.outputs()[output], head);
        List<ScoredLabel> scored = new ArrayList<>(scores.length);
        for (int label = 0; label < scores.length; label++) {
            scored.add(new ScoredLabel(labels.names().get(label), scores[label]));
        }
        Classification.Scored answered = new Classification.Scored(model, scored, answer.truncated());
        return answered.best().score() < abstainBelow ? new Classification.Rejected(model, Reason.UNCERTAIN) : answered;
    }

    private static double[] scores(float[] logits, Head head) {
        double[] wide = new double[logits.length];
        for (int i = 0; i < logits.length; i++) {
            wide[i] = logits[i];
        }
        return head.labels().problemType().scores(wide, head.temperature());
    }
}
