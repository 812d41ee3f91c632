/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples;

import dev.nightjar.classifier.lr.LabelledText;
import dev.nightjar.classifier.lr.LrModel;
import dev.nightjar.classifier.lr.LrTrainer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Trains a logistic regression on labelled texts and saves it as one JSON file.",
        footer = {
            "%nExample:%n",
            "  nightjar train --data train.tsv.gz --validation validation.tsv.gz --out mood.json",
            "  echo 'What a game!' | nightjar classify --model mood.json"
        })
final class TrainCommand implements Callable<Integer> {
    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE",
            description = "Labelled texts, a line each: label TAB text, UTF-8; gzipped if the name ends in .gz.")
    private Path data = Path.of("");

    @Option(
            names = "--validation",
            paramLabel = "FILE",
            description = "Texts that are not among those of --data: the scores are calibrated and measured on them.")
    private @Nullable Path validation;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where the model goes.")
    private Path out = Path.of("");

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

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<LabelledText> texts = LabelledText.readTsv(data);
        List<LabelledText> held = validation == null ? List.of() : LabelledText.readTsv(validation);
        LrModel model;
        try (ProgressBar bar = Progress.of("Training", texts.size(), "steps")) {
            model = LrTrainer.builder(name())
                    .classWeightPower(classWeightPower)
                    .progress((stage, done, total) -> {
                        bar.setExtraMessage(stage);
                        bar.maxHint(total);
                        bar.stepTo(done);
                    })
                    .build()
                    .train(texts, held);
        }
        model.save(out);
        PrintWriter report = spec.commandLine().getOut();
        report.printf(
                Locale.ROOT,
                "%s: %s, %,d n-grams, from %,d texts, in %s%n",
                model.model(),
                model.labels().names(),
                model.featureCount(),
                texts.size(),
                out);
        model.metrics().forEach((metric, value) -> report.printf(Locale.ROOT, "  %-28s %.4f%n", metric, value));
        report.flush();
        return 0;
    }

    private String name() {
        if (name != null) {
            return name;
        }
        String file = String.valueOf(out.getFileName());
        int dot = file.indexOf('.');
        return dot > 0 ? file.substring(0, dot) : file;
    }
}
