/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import ai.onnxruntime.OrtException;
import dev.nightjar.Classification;
import dev.nightjar.Classification.Reason;
import dev.nightjar.Classifier;
import dev.nightjar.LabelSet;
import dev.nightjar.ProblemType;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Sha256;
import dev.nightjar.Tweet;
import dev.nightjar.classifier.onnx.TextEncoder.EncodedText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Classifies with a transformer in ONNX form, opened by {@link OnnxClassifierConfig#open()}.
 *
 * <p>Texts of a call are scored in batches of similar length, each distinct text once. A text of which the model reads
 * only the beginning is marked as truncated. A batch on which the model fails is split until the text that it fails on is
 * alone, which is then rejected as {@link Reason#MODEL_FAULT}.
 *
 * <p>{@link #model()} is the configured name, {@code @}, and 12 digits of the SHA-256 over the digests of the three files
 * {@code config.json}, {@code tokenizer.json} and the ONNX file, so that other labels or another tokenizer are another
 * model. It is the digest of what {@code sha256sum} prints for the three, in the order of their names.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class OnnxClassifier implements Classifier {
    private static final Logger LOG = LoggerFactory.getLogger(OnnxClassifier.class);

    /** How many texts are held as ids at once. */
    private static final int WINDOW = 2_048;

    private final LabelSet labels;
    private final String model;
    private final int tokenBudget;
    private final TextEncoder encoder;
    private final OnnxGraph graph;
    private final AnswerCache cache;

    /** Calls share the read lock, closing takes the write lock: a session freed under a running call ends the process. */
    private final ReadWriteLock lifecycle = new ReentrantReadWriteLock();

    private boolean closed;

    private OnnxClassifier(
            LabelSet labels, String model, int tokenBudget, TextEncoder encoder, OnnxGraph graph, AnswerCache cache) {
        this.labels = labels;
        this.model = model;
        this.tokenBudget = tokenBudget;
        this.encoder = encoder;
        this.graph = graph;
        this.cache = cache;
    }

    static OnnxClassifier open(OnnxClassifierConfig config) {
        BundleFiles files = BundleFiles.read(config.model(), config.modelFile());
        ModelConfig modelConfig = parseConfig(files);
        TokenizerFile tokenizerFile = parseTokenizer(files, modelConfig);
        TextNormalizer normalizer =
                config.normalizer().flatMap(TextNormalizer::byId).orElse(modelConfig.normalizer());
        TextEncoder encoder =
                openEncoder(files, tokenizerFile, normalizer, maxTokens(config, modelConfig, tokenizerFile));
        try {
            OnnxGraph graph = openGraph(files, modelConfig, encoder, config.intraOpThreads());
            return new OnnxClassifier(
                    modelConfig.labels(),
                    Sha256.model(config.name(), files.sha256()),
                    config.tokenBudget().orElseGet(() -> defaultTokenBudget(files.model())),
                    encoder,
                    graph,
                    new AnswerCache(config.cacheSize()));
        } catch (RuntimeException e) {
            encoder.close();
            throw e;
        }
    }

    @Override
    public LabelSet labels() {
        return labels;
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public List<Classification> classifyAll(List<String> texts) {
        List<String> copy = List.copyOf(texts);
        lifecycle.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("The classifier " + model + " is closed");
            }
            return new Call().answer(copy);
        } finally {
            lifecycle.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lifecycle.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                try (encoder) {
                    graph.close();
                }
            }
        } finally {
            lifecycle.writeLock().unlock();
        }
    }

    private static ModelConfig parseConfig(BundleFiles files) {
        try {
            return ModelConfig.parse(files.config());
        } catch (IOException e) {
            throw files.fault(ModelBundle.CONFIG, "is not JSON", e);
        } catch (IllegalArgumentException e) {
            throw files.fault(ModelBundle.CONFIG, String.valueOf(e.getMessage()), e);
        }
    }

    private static TokenizerFile parseTokenizer(BundleFiles files, ModelConfig config) {
        TokenizerFile tokenizer;
        try {
            tokenizer = TokenizerFile.parse(files.tokenizer());
        } catch (IOException e) {
            throw files.fault(ModelBundle.TOKENIZER, "is not JSON", e);
        } catch (IllegalArgumentException e) {
            throw files.fault(ModelBundle.TOKENIZER, String.valueOf(e.getMessage()), e);
        }
        if (config.vocabularySize().isPresent()
                && tokenizer.largestId() >= config.vocabularySize().getAsInt()) {
            throw files.fault(
                    ModelBundle.TOKENIZER,
                    "has the token id " + tokenizer.largestId() + ", but the vocab_size of config.json is "
                            + config.vocabularySize().getAsInt() + "; the files are of different models",
                    null);
        }
        return tokenizer;
    }

    private static int maxTokens(OnnxClassifierConfig config, ModelConfig modelConfig, TokenizerFile tokenizer) {
        int wanted = config.maxTokens()
                .orElse(Math.min(
                        OnnxClassifierConfig.DEFAULT_MAX_TOKENS,
                        tokenizer.truncation().orElse(OnnxClassifierConfig.DEFAULT_MAX_TOKENS)));
        return Math.min(wanted, modelConfig.positions().orElse(wanted));
    }

    /** One text at a time where the answer for a text would depend on the rest of its batch. */
    private static int defaultTokenBudget(byte[] model) {
        return OnnxGraph.isDynamicallyQuantised(model) ? 1 : OnnxClassifierConfig.DEFAULT_TOKEN_BUDGET;
    }

    private static TextEncoder openEncoder(
            BundleFiles files, TokenizerFile tokenizer, TextNormalizer normalizer, int maxTokens) {
        try {
            return TextEncoder.open(tokenizer, normalizer, maxTokens);
        } catch (IOException | RuntimeException e) {
            throw files.fault(ModelBundle.TOKENIZER, "cannot be loaded: " + e.getMessage(), e);
        }
    }

    /** Opens the model and tries it once, so that files which do not belong together are found now. */
    private static OnnxGraph openGraph(BundleFiles files, ModelConfig config, TextEncoder encoder, int threads) {
        OnnxGraph graph;
        try {
            graph = OnnxGraph.open(files.model(), config.labels().size(), config.padId(), threads);
        } catch (OrtException e) {
            String message = String.valueOf(e.getMessage());
            throw files.modelFault(
                    message.contains("External data path")
                            ? "keeps weights in another file; export it as one file: " + message
                            : "cannot be loaded: " + message,
                    e);
        } catch (IllegalArgumentException e) {
            throw files.modelFault(String.valueOf(e.getMessage()), e);
        }
        try {
            float[] logits = graph.logits(List.of(encoder.encode("a")))[0];
            if (!areNumbers(logits)) {
                throw files.modelFault("gives scores that are not numbers", null);
            }
            return graph;
        } catch (OrtException e) {
            graph.close();
            throw files.modelFault("cannot be run: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            graph.close();
            throw e;
        }
    }

    private static boolean areNumbers(float[] logits) {
        for (float logit : logits) {
            if (Float.isNaN(logit) || Float.isInfinite(logit)) {
                return false;
            }
        }
        return true;
    }

    /** One call's texts and the answers found so far. */
    private final class Call {
        private final Map<String, Classification> answers = new HashMap<>();
        private int faults;
        private @Nullable Exception lastFault;

        List<Classification> answer(List<String> texts) {
            List<String> distinct = new ArrayList<>(new LinkedHashSet<>(texts));
            cache.find(distinct, answers);
            distinct.removeAll(answers.keySet());
            for (int from = 0; from < distinct.size(); from += WINDOW) {
                answerWindow(distinct.subList(from, Math.min(from + WINDOW, distinct.size())));
            }
            if (faults > 0) {
                LOG.warn("{} failed on {} of {} texts, at last with", model, faults, distinct.size(), lastFault);
            }
            cache.keep(distinct, answers);
            return texts.stream().map(answers::get).toList();
        }

        private void answerWindow(List<String> texts) {
            List<Row> rows = new ArrayList<>();
            for (String text : texts) {
                read(text, rows);
            }
            rows.sort(Comparator.comparingInt(row -> row.encoded.length()));
            int from = 0;
            for (int to = 1; to <= rows.size(); to++) {
                // Rows are padded to the last, which is the longest.
                boolean full = to == rows.size()
                        || (to + 1 - from) * rows.get(to).encoded.length() > tokenBudget;
                if (full) {
                    score(rows.subList(from, to));
                    from = to;
                }
            }
        }

        private void read(String text, List<Row> rows) {
            if (text.isBlank()) {
                reject(text, Reason.BLANK);
            } else if (text.length() > Tweet.MAX_TEXT_LENGTH
                    && text.codePointCount(0, text.length()) > Tweet.MAX_TEXT_LENGTH) {
                reject(text, Reason.TOO_LARGE);
            } else {
                try {
                    EncodedText encoded = encoder.encode(text);
                    if (encoded.isBlank()) {
                        reject(text, Reason.BLANK);
                    } else {
                        rows.add(new Row(text, encoded));
                    }
                } catch (RuntimeException e) {
                    fail(text, e);
                }
            }
        }

        private void score(List<Row> rows) {
            float[][] logits;
            try {
                logits = graph.logits(rows.stream().map(Row::encoded).toList());
            } catch (OrtException | RuntimeException e) {
                if (rows.size() == 1) {
                    fail(rows.get(0).text, e);
                } else {
                    int half = rows.size() / 2;
                    score(rows.subList(0, half));
                    score(rows.subList(half, rows.size()));
                }
                return;
            }
            for (int i = 0; i < rows.size(); i++) {
                Row row = rows.get(i);
                if (areNumbers(logits[i])) {
                    answers.put(row.text, scored(logits[i], row.encoded.truncated()));
                } else {
                    fail(row.text, new ArithmeticException("A score is not a number"));
                }
            }
        }

        private Classification scored(float[] logits, boolean truncated) {
            double[] scores = labels.problemType() == ProblemType.SINGLE_LABEL ? softmax(logits) : sigmoid(logits);
            List<ScoredLabel> scored = new ArrayList<>(scores.length);
            for (int label = 0; label < scores.length; label++) {
                scored.add(new ScoredLabel(labels.names().get(label), scores[label]));
            }
            return new Classification.Scored(model, scored, truncated);
        }

        private void fail(String text, Exception fault) {
            faults++;
            lastFault = fault;
            reject(text, Reason.MODEL_FAULT);
        }

        private void reject(String text, Reason reason) {
            answers.put(text, new Classification.Rejected(model, reason));
        }
    }

    private static double[] softmax(float[] logits) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double[] scores = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            scores[i] = Math.exp(logits[i] - largest);
            sum += scores[i];
        }
        for (int i = 0; i < scores.length; i++) {
            scores[i] /= sum;
        }
        return scores;
    }

    private static double[] sigmoid(float[] logits) {
        double[] scores = new double[logits.length];
        for (int i = 0; i < logits.length; i++) {
            scores[i] = 1 / (1 + Math.exp(-logits[i]));
        }
        return scores;
    }

    private record Row(String text, EncodedText encoded) {}
}
