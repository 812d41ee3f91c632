/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import dev.nightjar.Classification.Reason;
import dev.nightjar.Embedder;
import dev.nightjar.Sha256;
import dev.nightjar.classifier.onnx.LoadedModels.Use;
import dev.nightjar.classifier.onnx.TextModel.TextResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Embeds texts with a transformer in ONNX form, opened by {@link OnnxEmbedderConfig#open()}.
 *
 * <p>{@link #model()} is the configured name, {@code @}, and 12 digits of a SHA-256 over the files (as for an {@link
 * OnnxClassifier}), the pooling and the norm. So other vectors belong to another model.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class OnnxEmbedder implements Embedder {
    private static final Logger LOG = LoggerFactory.getLogger(OnnxEmbedder.class);

    private final int dimension;
    private final String model;
    private final OnnxEmbedderConfig.Norm norm;
    private final Use use;

    private OnnxEmbedder(String model, OnnxEmbedderConfig.Norm norm, Use use) {
        this.dimension = use.model().width(0);
        this.model = model;
        this.norm = norm;
        this.use = use;
    }

    static OnnxEmbedder open(OnnxEmbedderConfig config) {
        BundleFiles files = BundleFiles.read(config.model(), config.modelFile());
        ModelConfig modelConfig = files.parseConfig();
        Optional<Pooling> pooling =
                Optional.ofNullable(config.find(OnnxEmbedderConfig.POOLING)).or(modelConfig::pooling);
        OnnxEmbedderConfig.Norm norm = config.get(OnnxEmbedderConfig.NORM);
        String how = pooling.map(Pooling::id).orElse("none") + ' ' + norm.id();
        String digest = Sha256.of((files.sha256() + ' ' + how).getBytes(StandardCharsets.UTF_8));
        return new OnnxEmbedder(
                Sha256.model(config.name(), digest), norm, LoadedModels.vectors(files, modelConfig, config, pooling));
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public float[][] embedAll(List<String> texts) {
        List<String> copy = List.copyOf(texts);
        return use.call("embedder " + model, loaded -> embed(copy, loaded));
    }

    @Override
    public void close() {
        use.close();
    }

    private float[][] embed(List<String> texts, TextModel loaded) {
        Map<String, TextResult> answers = loaded.answer(new ArrayList<>(new LinkedHashSet<>(texts)));
        answers.replaceAll((text, answer) -> answer.checked(0));
        answers.values().stream()
                .map(TextResult::fault)
                .filter(Objects::nonNull)
                .reduce((first, last) -> last)
                .ifPresent(
                        fault -> LOG.warn("{} failed on some of {} texts, at last with", model, texts.size(), fault));
        return texts.stream()
                .map(text -> vector(Objects.requireNonNull(answers.get(text))))
                .toArray(float[][]::new);
    }

    private float[] vector(TextResult answer) {
        if (answer.rejection() == null) {
            return norm.scale(answer.outputs()[0]);
        }
        float[] none = new float[dimension];
        if (answer.rejection() == Reason.MODEL_FAULT) {
            Arrays.fill(none, Float.NaN);
        }
        return none;
    }
}
