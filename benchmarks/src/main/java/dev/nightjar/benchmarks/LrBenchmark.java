/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import dev.nightjar.Classification;
import dev.nightjar.Classifier;
import dev.nightjar.classifier.lr.LrModels;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.feature.HashingTF;
import org.apache.spark.ml.feature.IDF;
import org.apache.spark.ml.feature.NGram;
import org.apache.spark.ml.feature.Normalizer;
import org.apache.spark.ml.feature.RegexTokenizer;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.feature.Tokenizer;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Tweets of 20 tokens per second on one core: our logistic regression, and pipelines of Spark MLlib in its local mode with
 * one slot, side by side in one run.
 *
 * <p>Each call classifies as many tweets, so that what Spark spends on planning a query, some 0.1 s, weighs little. The
 * tweets lie in memory, as Spark's cached rows or as a list; the answers are thrown away (Spark's {@code noop} format).
 * MLlib has no sub-linear term frequency and no n-grams within words: its characters are those of the whole text.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 3, time = 5)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "-Xmx3g",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.invoke=ALL-UNNAMED",
            "--add-opens=java.base/java.io=ALL-UNNAMED",
            "--add-opens=java.base/java.net=ALL-UNNAMED",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.base/sun.util.calendar=ALL-UNNAMED"
        })
public class LrBenchmark {
    private static final int TEXTS = 10_000;
    private static final int TOKENS = 20;
    private static final int BUCKETS = 1 << 20;
    private static final int LABELS = 3;
    private static final String CHARACTERS = "characters";

    /** Our bundled model. */
    @State(Scope.Benchmark)
    public static class Ours {
        private List<String> texts = List.of();
        private Classifier classifier;

        @Setup(Level.Trial)
        public void open() throws InterruptedException {
            texts = SyntheticTexts.ofTokens(TEXTS, TOKENS);
            classifier = LrModels.sentiment().open();
        }

        @TearDown(Level.Trial)
        public void close() {
            classifier.close();
        }
    }

    /** Pipelines of MLlib, as large as our model before it dropped rare n-grams. */
    @State(Scope.Benchmark)
    public static class Mllib {
        private SparkSession spark;
        private Dataset<Row> texts;
        private PipelineModel wordsAndCharacters;
        private PipelineModel words;

        @Setup(Level.Trial)
        public void open() throws InterruptedException {
            spark = SparkSession.builder()
                    .master("local[1]")
                    .appName("nightjar-benchmark")
                    .config("spark.log.level", "OFF")
                    .config("spark.ui.enabled", false)
                    .config("spark.driver.host", "127.0.0.1")
                    .getOrCreate();
            texts = spark.createDataset(SyntheticTexts.ofTokens(TEXTS, TOKENS), Encoders.STRING())
                    .toDF("text")
                    .coalesce(1)
                    .cache();
            texts.count();
            PipelineStage[] split = {
                new Tokenizer().setInputCol("text").setOutputCol("words"),
                new NGram().setN(2).setInputCol("words").setOutputCol("pairs")
            };
            words = fitted("concat(words, pairs)", split);
            wordsAndCharacters = fitted(
                    "concat(words, pairs, two, three, four, five)",
                    split[0],
                    split[1],
                    new RegexTokenizer()
                            .setGaps(false)
                            .setPattern(".")
                            .setInputCol("text")
                            .setOutputCol(CHARACTERS),
                    characters(2, "two"),
                    characters(3, "three"),
                    characters(4, "four"),
                    characters(5, "five"));
        }

        @TearDown(Level.Trial)
        public void close() {
            spark.stop();
        }

        private void run(PipelineModel pipeline) {
            pipeline.transform(texts)
                    .select("prediction", "probability")
                    .write()
                    .format("noop")
                    .mode("overwrite")
                    .save();
        }

        private PipelineModel fitted(String grams, PipelineStage... split) {
            PipelineStage[] stages = new PipelineStage[split.length + 5];
            System.arraycopy(split, 0, stages, 0, split.length);
            stages[split.length] = new SQLTransformer().setStatement("SELECT *, " + grams + " AS grams FROM __THIS__");
            stages[split.length + 1] =
                    new HashingTF().setNumFeatures(BUCKETS).setInputCol("grams").setOutputCol("counts");
            stages[split.length + 2] = new IDF().setInputCol("counts").setOutputCol("weighted");
            stages[split.length + 3] = new Normalizer().setInputCol("weighted").setOutputCol("features");
            stages[split.length + 4] = regression();
            return new Pipeline().setStages(stages).fit(texts);
        }

        private static NGram characters(int n, String column) {
            return new NGram().setN(n).setInputCol(CHARACTERS).setOutputCol(column);
        }

        /** Of any weights: the time does not depend on them. */
        private static LogisticRegressionModel regression() {
            Random random = new Random(42);
            double[] weights = random.doubles(LABELS * BUCKETS, -1, 1).toArray();
            return new LogisticRegressionModel(
                    "benchmark", new DenseMatrix(LABELS, BUCKETS, weights), Vectors.dense(0.1, 0.2, 0.3), LABELS, true);
        }
    }

    /** Words, pairs of words, two to five characters within words. */
    @Benchmark
    @OperationsPerInvocation(TEXTS)
    public List<Classification> nightjar(Ours ours) {
        return ours.classifier.classifyAll(ours.texts);
    }

    /** The same kinds of n-grams. */
    @Benchmark
    @OperationsPerInvocation(TEXTS)
    public void mllib(Mllib mllib) {
        mllib.run(mllib.wordsAndCharacters);
    }

    /** Words and pairs of words alone. */
    @Benchmark
    @OperationsPerInvocation(TEXTS)
    public void mllibWordsAlone(Mllib mllib) {
        mllib.run(mllib.words);
    }
}
