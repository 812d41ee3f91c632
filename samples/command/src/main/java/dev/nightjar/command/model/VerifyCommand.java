/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.model;

import dev.nightjar.classifier.lr.LrModel;
import dev.nightjar.classifier.lr.LrModels;
import dev.nightjar.classifier.onnx.ModelBundle;
import dev.nightjar.command.shared.Models;
import dev.nightjar.command.shared.Subcommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code nightjar verify}. */
@Command(
        name = "verify",
        description = {
            "Checks models: that their files have the digests they should have, and that the examples that a transformer brings"
                    + " (parity.jsonl) come out as its original has them."
        },
        footer = {"%nExample:%n", "  nightjar verify emotion models/emotion-roberta mood.json"})
public final class VerifyCommand extends Subcommand {
    @Parameters(
            arity = "1..*",
            paramLabel = "MODEL",
            description =
                    "A bundled model (emotion, sentiment-lr, sentiment-onnx), a directory with a Hugging Face export, hf://owner/name@commit,"
                            + " or the file of a logistic regression over n-grams.")
    private List<String> models = List.of();

    @Override
    public Integer call() {
        for (String model : models) {
            say(model + ": " + verify(model));
        }
        return 0;
    }

    private static String verify(String model) {
        if (LrModels.names().contains(model)) {
            Models.of(model).open().close();
            return "in order, the digest of its content is right";
        }
        // A colon is not asked about as a path: Windows has none in a name.
        if (!model.startsWith("hf:") && Files.isRegularFile(Path.of(model))) {
            return "in order, the digest of its content is right; SHA-256 "
                    + LrModel.load(Path.of(model)).sha256();
        }
        ModelBundle.Verification verified = ModelBundle.parse(model).verify();
        String files = verified.files() == 0
                ? "no bundle.sha256 to check the files against"
                : verified.files() + " files have their digests";
        String examples = verified.texts() == 0
                ? "no parity.jsonl to compare answers with"
                : String.format(
                        Locale.ROOT,
                        "%,d examples agree within %.2g (%.2g is allowed)",
                        verified.texts(),
                        verified.largestDifference(),
                        verified.tolerance());
        return "in order, " + files + ", " + examples + "; given " + verified.batches() + "; SHA-256 "
                + verified.sha256();
    }
}
