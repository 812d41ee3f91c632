/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import dev.nightjar.NightjarException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What to do about a tokenizer that is there in a form older than {@code tokenizer.json}. */
final class OldTokenizer {
    private static final String WORDS = "vocab.txt";

    /** Those of SentencePiece. */
    private static final List<String> PIECES =
            List.of("sentencepiece.bpe.model", "spiece.model", "spm.model", "sentencepiece.model", "tokenizer.model");

    /** What transformers has no fast tokenizer for, as it calls the tokenizer or the model. */
    private static final Set<String> SLOW_ONLY = Set.of(
            "BertJapaneseTokenizer",
            "BertweetTokenizer",
            "ByT5Tokenizer",
            "CTRLTokenizer",
            "CanineTokenizer",
            "FlaubertTokenizer",
            "PhobertTokenizer",
            "XLMTokenizer",
            "byt5",
            "canine",
            "ctrl",
            "flaubert",
            "xlm");

    private static final Pattern KIND =
            Pattern.compile("\"(?:tokenizer_class|model_type)\"\\s*:\\s*\"([A-Za-z0-9_-]+)\"");
    private static final Pattern HUB = Pattern.compile("hf://(.+)@(.+)");
    private static final Pattern CASED = Pattern.compile("(?m)^(?!\\[).*[A-Z]");

    private OldTokenizer() {}

    /** How the missing file is made of those that are there, to follow what says that it is missing; may be empty. */
    static String hint(String bundle, FileSource source) {
        boolean isRemote = HUB.matcher(bundle).matches(); // nothing is fetched for a hint
        Optional<String> slow = Stream.of("tokenizer_config.json", ModelBundle.CONFIG)
                .flatMap(file -> KIND.matcher(isRemote ? "" : text(source, file))
                        .results()
                        .map(found -> found.group(1)))
                .filter(SLOW_ONLY::contains)
                .findFirst();
        // Of these two files transformers makes a fast tokenizer that reads nothing, if the model calls itself RoBERTa.
        boolean isByCodes = source.has("bpe.codes");
        if (slow.isPresent() || isByCodes) {
            return ", and cannot be made: Hugging Face has no fast tokenizer for '"
                    + slow.orElse("vocab.txt with bpe.codes") + "'; take a model that has the file";
        }
        Optional<String> pieces = PIECES.stream().filter(source::has).findFirst();
        if (pieces.isPresent()) {
            return line(bundle, pieces.get(), "transformers sentencepiece protobuf", "");
        }
        if (source.has("vocab.json")) {
            return source.has("merges.txt")
                    ? line(bundle, "vocab.json and merges.txt", "transformers", "")
                    : "; vocab.json is there without its merges.txt, get that too";
        }
        if (!source.has(WORDS)) {
            return "";
        }
        boolean isCased = !isRemote
                && !source.has("tokenizer_config.json")
                && CASED.matcher(text(source, WORDS)).find();
        return line(bundle, WORDS, "transformers", isCased ? ", do_lower_case=False" : "");
    }

    private static String line(String bundle, String files, String packages, String setting) {
        Matcher hub = HUB.matcher(bundle);
        String from =
                hub.matches() ? '\'' + hub.group(1) + "', revision='" + hub.group(2) + '\'' : '\'' + bundle + '\'';
        String to = hub.matches() ? "DIRECTORY" : bundle;
        return (hub.matches() ? "; if Hugging Face has a fast tokenizer for the model, make it of " : "; make it of ")
                + files + ": pip install " + packages
                + " && python -c \"from transformers import AutoTokenizer; AutoTokenizer.from_pretrained(" + from
                + setting + ").save_pretrained('" + to + "')\""
                + (hub.matches() ? ", and open that directory with the model's other files" : "");
    }

    private static String text(FileSource source, String file) {
        try {
            return source.has(file)
                    ? source.read(file)
                            .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                            .orElse("")
                    : "";
        } catch (IOException | NightjarException e) { // it is only a hint
            return "";
        }
    }
}
