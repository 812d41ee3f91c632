/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.model;

import dev.nightjar.Classifier;
import dev.nightjar.Embedder;
import dev.nightjar.LabelSet;
import dev.nightjar.WireName;
import dev.nightjar.classifier.lr.EmbeddingLrModel;
import dev.nightjar.classifier.lr.EmbeddingLrTrainer;
import dev.nightjar.classifier.lr.LabelledText;
import dev.nightjar.classifier.lr.LrModel;
import dev.nightjar.classifier.lr.LrTrainer;
import dev.nightjar.classifier.lr.WordListTrainer;
import dev.nightjar.classifier.lr.spark.SparkLrTrainer;
import dev.nightjar.classifier.lr.wordlist.WordListModel;
import dev.nightjar.command.report.HtmlReport;
import dev.nightjar.command.report.Measurement;
import dev.nightjar.command.report.Report;
import dev.nightjar.command.report.TextReport;
import dev.nightjar.command.shared.Models;
import dev.nightjar.command.shared.Progress;
import dev.nightjar.command.shared.Subcommand;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nightjar train}. */
@Command(
        name = "train",
        description =
                "Trains a logistic regression on labelled texts, saves it as JSON, and measures it on texts held out.",
        footer = {
            "%nExample:%n",
            "  nightjar train --data train.tsv.gz --validation validation.tsv.gz --out mood.json --html mood.html",
            "  echo 'What a game!' | nightjar classify --model mood.json",
            "  nightjar train --data tweets.csv --columns label=mood,text=tweet --out mood.json",
            "  nightjar train --kind word-list --data sentiment140.csv --out model.json",
            "  echo 'What a game!' | nightjar classify --model 'model.json?words=most_used_words.csv'"
        })
public final class TrainCommand extends Subcommand {
    private static final String WORD_LIST = "most_used_words.csv";
    private static final String CALIBRATED =
            "The scores were calibrated on these very texts: expect a larger calibration error on others.";

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE",
            description = LabelledFiles.HELP + " For Spark whatever it reads lines of label TAB text from, such as"
                    + " hdfs://host/folder.")
    private String data = "";

    @Mixin
    private LabelledFiles files = new LabelledFiles();

    @Option(
            names = "--validation",
            paramLabel = "FILE",
            description = "Texts that are not among those of --data: the scores are calibrated and measured on them.")
    private @Nullable Path validation;

    @Option(
            names = "--hold-out",
            paramLabel = "SHARE",
            defaultValue = "0.2",
            description =
                    "Without --validation: this share of each label's texts is not trained on but takes its place; 0 for"
                            + " none, as with Spark. Default: ${DEFAULT-VALUE}.")
    private double holdOut;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "42",
            description = "Which texts are held out; the same seed, the same texts. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where the model goes.")
    private Path out = Path.of("");

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            defaultValue = "n-grams",
            description =
                    "n-grams: a model over n-grams, of any labels, in one file; word-list: one over the most used words, of the"
                            + " labels negative and positive, which also writes most_used_words.csv beside it, as the first"
                            + " Kappa project had them. Default: ${DEFAULT-VALUE}.")
    private Kind kind = Kind.N_GRAMS;

    @Option(
            names = "--words",
            paramLabel = "N",
            defaultValue = "" + WordListTrainer.DEFAULT_WORDS,
            description = "How many words a word-list has. Default: ${DEFAULT-VALUE}.")
    private int words;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "What the model is called in its answers. Default: the name of the file.")
    private @Nullable String name;

    @Option(
            names = "--class-weight-power",
            paramLabel = "P",
            defaultValue = "" + LrTrainer.DEFAULT_CLASS_WEIGHT_POWER,
            description =
                    "Weighs a label by its inverse frequency to this power: 0 not at all; more finds more of the rare"
                            + " labels and less of the frequent ones. Default: ${DEFAULT-VALUE}.")
    private double classWeightPower;

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            defaultValue = "local",
            description =
                    "local: this process alone; spark: Spark MLlib, for texts that outgrow it. Default: ${DEFAULT-VALUE}.")
    private Engine engine = Engine.LOCAL;

    @Option(
            names = "--master",
            paramLabel = "URL",
            defaultValue = "local[*]",
            description =
                    "Which Spark: this process, or a cluster whose machines all reach --data. Default: ${DEFAULT-VALUE}.")
    private String master = "";

    @Option(
            names = "--embeddings",
            paramLabel = "MODEL",
            description =
                    "Train on the vectors of a transformer without labels, a directory or hf://owner/name@commit, in place"
                            + " of n-grams; the model is then opened as 'mood.json?embedder=MODEL'.")
    private @Nullable String embeddings;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description =
                    "Write a page that shows how the model does on the texts of --validation, some of them on it.")
    private @Nullable Path html;

    @Override
    public Integer call() {
        if (html != null && validation == null) {
            throw wrong("--html shows the answers to other texts than those of --data: give --validation");
        }
        if (embeddings != null && engine == Engine.SPARK) {
            throw wrong("--embeddings are made and trained on in this process alone");
        }
        if (kind == Kind.WORD_LIST && (embeddings != null || engine == Engine.SPARK)) {
            throw wrong("--kind word-list is trained on words, in this process alone");
        }
        if (files.hasColumns() && engine == Engine.SPARK) {
            throw wrong("--columns are of files that this process reads, not Spark");
        }
        if (!(holdOut >= 0 && holdOut <= 0.5)) {
            throw wrong("--hold-out is a share from 0 to 0.5, such as 0.2");
        }
        Split texts = engine == Engine.SPARK
                ? new Split(List.of(), List.of())
                : Split.of(files.read(Path.of(data)), validation == null ? holdOut : 0, seed);
        List<LabelledText> held = validation == null ? texts.held() : files.read(validation);
        if (kind == Kind.WORD_LIST) {
            WordListModel model;
            try (ProgressBar bar = Progress.of("Training", -1, "steps")) {
                model = WordListTrainer.builder()
                        .words(words)
                        .classWeightPower(classWeightPower)
                        .progress((stage, done, total) -> show(bar, stage, done, total))
                        .build()
                        .train(texts.trained());
            }
            Path list = out.resolveSibling(WORD_LIST);
            model.save(out, list);
            Classifier classifier = model.classifier();
            describe(
                    model.model(),
                    classifier.labels(),
                    String.format(Locale.ROOT, "%,d words in %s", model.words().size(), list));
            report(classifier, Map.of("training.texts", (double) texts.trained().size()), held);
        } else if (embeddings == null) {
            LrModel model;
            try (ProgressBar bar = Progress.of("Training", -1, "steps")) {
                model = engine == Engine.SPARK ? trainOnSpark(held, bar) : trainHere(texts.trained(), held, bar);
            }
            model.save(out);
            describe(model.model(), model.labels(), String.format(Locale.ROOT, "%,d n-grams", model.featureCount()));
            report(model.classifier(), model.metrics(), held);
        } else {
            try (Embedder embedder = Models.embedder(embeddings).open()) {
                EmbeddingLrModel model;
                try (ProgressBar bar = Progress.of("Training", -1, "steps")) {
                    model = trainOn(embedder, texts.trained(), held, bar);
                }
                model.save(out);
                describe(model.model(), model.labels(), "embeddings of " + model.embedder());
                report(model.classifier(embedder), model.metrics(), held);
            }
        }
        return 0;
    }

    private EmbeddingLrModel trainOn(
            Embedder embedder, List<LabelledText> texts, List<LabelledText> held, ProgressBar bar) {
        return EmbeddingLrTrainer.builder(name())
                .classWeightPower(classWeightPower)
                .progress((stage, done, total) -> show(bar, stage, done, total))
                .build()
                .train(embedder, texts, held);
    }

    private LrModel trainHere(List<LabelledText> texts, List<LabelledText> held, ProgressBar bar) {
        return LrTrainer.builder(name())
                .classWeightPower(classWeightPower)
                .progress((stage, done, total) -> show(bar, stage, done, total))
                .build()
                .train(texts, held);
    }

    private LrModel trainOnSpark(List<LabelledText> held, ProgressBar bar) {
        SparkSession spark = SparkSession.builder()
                .appName("nightjar-train")
                .master(master)
                .config("spark.ui.enabled", false)
                .getOrCreate();
        try {
            return SparkLrTrainer.builder(name())
                    .classWeightPower(classWeightPower)
                    .progress((stage, done, total) -> show(bar, stage, done, total))
                    .build()
                    .train(labelledTexts(spark), held);
        } finally {
            spark.stop();
        }
    }

    /** The lines of the data; one without a tab has no text, which the trainer reports. */
    private Dataset<Row> labelledTexts(SparkSession spark) {
        Column line = functions.col("value");
        Column tab = functions.instr(line, "\t");
        return spark.read()
                .text(data)
                .filter(functions.length(line).gt(0))
                .select(
                        functions
                                .trim(line.substr(functions.lit(1), tab.minus(1)))
                                .as(SparkLrTrainer.DEFAULT_LABEL_COLUMN),
                        functions
                                .when(tab.gt(0), line.substr(tab.plus(1), functions.length(line)))
                                .as(SparkLrTrainer.DEFAULT_TEXT_COLUMN));
    }

    private static void show(ProgressBar bar, String stage, long done, long total) {
        bar.setExtraMessage(" " + stage); // which would else stick to the speed before it
        bar.maxHint(total);
        bar.stepTo(done);
    }

    private void describe(String model, LabelSet labels, String features) {
        say("%s: %s, %s, in %s".formatted(model, labels.names(), features, out));
    }

    /** Measures the model on the validation texts, or reports what the training measured. */
    private void report(Classifier trained, Map<String, Double> metrics, List<LabelledText> held) {
        PrintWriter writer = out();
        try (trained) {
            if (held.isEmpty()) {
                metrics.forEach((metric, value) -> writer.printf(Locale.ROOT, "  %-28s %.4f%n", metric, value));
                writer.flush();
                return;
            }
            Report report = Report.of(
                    "Training of " + name(),
                    validation == null ? Path.of(data) : validation,
                    List.of(Measurement.of(name(), trained, held)),
                    null,
                    (validation == null ? "These are texts of it that were held out of the training. " : "")
                            + (kind == Kind.WORD_LIST ? "" : CALIBRATED));
            writer.println();
            TextReport.write(report, writer);
            if (html != null) {
                HtmlReport.write(report, html);
                err().println("The page is " + html.toAbsolutePath().toUri());
            }
        }
    }

    private String name() {
        if (name != null) {
            return name;
        }
        String file = String.valueOf(out.getFileName());
        int dot = file.indexOf('.');
        return dot > 0 ? file.substring(0, dot) : file;
    }

    /** What is trained. */
    enum Kind {
        N_GRAMS,
        WORD_LIST;

        /** As the option's value: {@code word-list}. */
        @Override
        public String toString() {
            return WireName.kebab(this);
        }
    }

    /** What trains. */
    enum Engine {
        /** This process, by liblinear. */
        LOCAL,
        /** Spark MLlib. */
        SPARK
    }
}
