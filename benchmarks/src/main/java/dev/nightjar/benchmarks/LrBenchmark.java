/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import com.vader.sentiment.analyzer.SentimentAnalyzer;
import dev.nightjar.Classification;
import dev.nightjar.Classifier;
import dev.nightjar.classifier.lr.LrClassifierConfig;
import dev.nightjar.classifier.lr.LrModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Tweets per second on one core: our logistic regression, what its sums alone take, pipelines of Spark MLlib in its local mode
 * with one slot, and VADER, which counts words of a list.
 *
 * <p>Each call classifies as many tweets, so that what Spark spends on planning a query, some 0.1 s, weighs little. The
 * tweets lie in memory, as Spark's cached rows or as a list; the answers are thrown away (Spark's {@code noop} format).
 * MLlib has no sub-linear term frequency and no n-grams within words: its characters are those of the whole text.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
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
    private static final int TEXTS = 5_000;
    private static final int BUCKETS = 1 << 20;
    private static final int LABELS = 3;
    private static final String CHARACTERS = "characters";

    /** Our model. */
    @State(Scope.Benchmark)
    public static class Ours {
        /** The name of a bundled model, or the file of another. */
        @Param("sentiment-lr")
        public String regression = "";

        private List<String> texts = List.of();
        private Classifier classifier;

        @Setup(Level.Trial)
        public void open(Workload workload) throws InterruptedException {
            texts = workload.texts(TEXTS);
            classifier = (LrModels.names().contains(regression)
                            ? LrModels.sentiment()
                            : LrClassifierConfig.builder(Path.of(regression)).build())
                    .open();
        }

        @TearDown(Level.Trial)
        public void close() {
            classifier.close();
        }
    }

    /** A pipeline of MLlib, as large as our model before it dropped rare n-grams. */
    @State(Scope.Benchmark)
    public static class Mllib {
        private SparkSession spark;
        private Dataset<Row> texts;
        private PipelineModel pipeline;

        @Setup(Level.Trial)
        public void open(Workload workload) throws InterruptedException {
            spark = SparkSession.builder()
                    .master("local[1]")
                    .appName("nightjar-benchmark")
                    .config("spark.log.level", "OFF")
                    .config("spark.ui.enabled", false)
                    .config("spark.driver.host", "127.0.0.1")
                    .getOrCreate();
            texts = spark.createDataset(workload.texts(TEXTS), Encoders.STRING())
                    .toDF("text")
                    .coalesce(1)
                    .cache();
            texts.count();
            pipeline = pipeline();
        }

        /** Words, pairs of words, and two to five characters. */
        PipelineModel pipeline() {
            return fitted(
                    "concat(words, pairs, two, three, four, five)",
                    words(),
                    pairs(),
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

        void run() {
            pipeline.transform(texts)
                    .select("prediction", "probability")
                    .write()
                    .format("noop")
                    .mode("overwrite")
                    .save();
        }

        PipelineModel fitted(String grams, PipelineStage... split) {
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

        static Tokenizer words() {
            return new Tokenizer().setInputCol("text").setOutputCol("words");
        }

        static NGram pairs() {
            return new NGram().setN(2).setInputCol("words").setOutputCol("pairs");
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

    /** The same with words and pairs of words alone. */
    @State(Scope.Benchmark)
    public static class MllibWords extends Mllib {
        @Override
        PipelineModel pipeline() {
            return fitted("concat(words, pairs)", words(), pairs());
        }
    }

    /**
     * The least that a regression over these n-grams has to do: read the row of each from a table as large as that of the
     * bundled model, and add it. Which rows is known beforehand, so that neither reading nor hashing takes time.
     */
    @State(Scope.Benchmark)
    public static class Limit {
        private static final int ROWS = 153_498;
        private static final int STRIDE = 4;

        private final float[] table = new float[ROWS * STRIDE];
        private final List<int[]> rows = new ArrayList<>();

        @Setup(Level.Trial)
        public void read(Workload workload) throws InterruptedException {
            Random random = new Random(SyntheticTexts.SEED);
            for (int i = 0; i < table.length; i++) {
                table[i] = random.nextFloat();
            }
            for (String text : workload.texts(TEXTS)) {
                rows.add(ngrams(text).stream()
                        .mapToInt(ngram -> Math.floorMod(ngram.hashCode(), ROWS) * STRIDE)
                        .toArray());
            }
        }

        /** Words, pairs of words, and two to five characters within a word and the spaces around it. */
        private static List<String> ngrams(String text) {
            List<String> ngrams = new ArrayList<>();
            String before = "";
            for (String word : text.toLowerCase(Locale.ROOT).split("\\s+")) {
                ngrams.add(word);
                ngrams.add(before + ' ' + word);
                String spaced = ' ' + word + ' ';
                for (int from = 0; from < spaced.length(); from++) {
                    for (int to = from + 2; to <= Math.min(from + 5, spaced.length()); to++) {
                        ngrams.add(spaced.substring(from, to));
                    }
                }
                before = word;
            }
            return ngrams;
        }
    }

    /** VADER's port to Java. */
    @State(Scope.Benchmark)
    public static class Vader {
        private final SentimentAnalyzer analyzer = new SentimentAnalyzer();
        private List<String> texts = List.of();

        @Setup(Level.Trial)
        public void open(Workload workload) throws InterruptedException {
            texts = workload.texts(Workload.TEXTS);
        }
    }

    /** Words, pairs of words, two to five characters within words. */
    @Benchmark
    @OperationsPerInvocation(TEXTS)
    public List<Classification> nightjar(Ours ours) {
        return ours.classifier.classifyAll(ours.texts);
    }

    /** The sums alone. */
    @Benchmark
    @OperationsPerInvocation(TEXTS)
    public void limit(Limit limit, Blackhole hole) {
        float[] table = limit.table;
        for (int[] rows : limit.rows) {
            double square = 0;
            double first = 0;
            double second = 0;
            double third = 0;
            for (int row : rows) {
                square += table[row];
                first += table[row + 1];
                second += table[row + 2];
                third += table[row + 3];
            }
            hole.consume(first + second + third + square);
        }
    }

    /** A list of words with a sentiment each, and rules. */
    @Benchmark
    @OperationsPerInvocation(Workload.TEXTS)
    public void vader(Vader vader, Blackhole hole) throws IOException {
        for (String text : vader.texts) {
            vader.analyzer.setInputString(text);
            vader.analyzer.setInputStringProperties();
            vader.analyzer.analyze();
            hole.consume(vader.analyzer.getPolarity());
        }
    }

    /** The same kinds of n-grams. */
    @Benchmark
    @OperationsPerInvocation(TEXTS)
    public void mllib(Mllib mllib) {
        mllib.run();
    }

    /** Words and pairs of words alone. */
    @Benchmark
    @OperationsPerInvocation(TEXTS)
    public void mllibWordsAlone(MllibWords mllib) {
        mllib.run();
    }
}
