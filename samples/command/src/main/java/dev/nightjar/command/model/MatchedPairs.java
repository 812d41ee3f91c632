/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.model;

import dev.nightjar.Classification;
import dev.nightjar.Classifier;
import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.ScoredLabel;
import dev.nightjar.io.FileFault;
import dev.nightjar.io.TextFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Texts, alone or in pairs, with what a model's answers should be, in the manner of CheckList (Ribeiro et al. 2020).
 *
 * <p>Immutable.
 */
final class MatchedPairs {
    /** What the first line of a file is. */
    static final String HEADER = "capability\ttype\ttemplate\texpectation\ttext\tother";

    /** By how much a score may fall that is expected to be no less. */
    static final double TOLERANCE = 0.1;

    private static final String BUNDLED = "sentiment-pairs.tsv";
    private static final Pattern EXPECTATION = Pattern.compile("(not|same|more|no less)? *(.*)");

    private final List<Pair> pairs;

    private MatchedPairs(List<Pair> pairs) {
        this.pairs = pairs;
    }

    /** Those of sentiment that come with the command. */
    static MatchedPairs bundled() {
        try (InputStream in = Objects.requireNonNull(MatchedPairs.class.getResourceAsStream(BUNDLED))) {
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), BUNDLED);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a file.
     *
     * @throws ConfigException if it cannot be read or holds none
     * @throws DataException if a line of it is none; it names file and line
     */
    static MatchedPairs read(Path file) {
        try {
            return parse(TextFile.read(file), file.toString());
        } catch (IOException e) {
            throw new ConfigException("Could not read '" + file + "': " + FileFault.of(e), e);
        }
    }

    private static MatchedPairs parse(String content, String origin) {
        List<Pair> pairs = new ArrayList<>();
        int number = 0;
        for (String line : content.lines().toList()) {
            number++;
            if (!line.isBlank() && !line.equals(HEADER)) {
                pairs.add(pair(line, origin + ':' + number));
            }
        }
        if (pairs.isEmpty()) {
            throw new ConfigException("'" + origin + "' holds no line of " + HEADER.replace("\t", ", "));
        }
        return new MatchedPairs(pairs);
    }

    private static Pair pair(String line, String place) {
        String[] columns = line.split("\t", -1);
        Matcher expectation = EXPECTATION.matcher(columns.length < 5 ? "" : columns[3].strip());
        if (columns.length < 5 || columns.length > 6 || !expectation.matches()) {
            throw new DataException("bad-line", place + " is not " + HEADER.replace("\t", ", ") + ", parted by tabs");
        }
        String kind = Objects.requireNonNullElse(expectation.group(1), "");
        String label = expectation.group(2);
        String other = columns.length == 6 ? columns[5] : "";
        boolean isOfTwo = kind.equals("same") || kind.equals("more") || kind.equals("no less");
        if (isOfTwo == other.isEmpty() || (label.isEmpty() && !kind.equals("same"))) {
            throw new DataException(
                    "bad-line",
                    place + " expects '" + columns[3]
                            + "': give LABEL or 'not LABEL' for one text, 'same', 'same LABEL', 'more LABEL' or"
                            + " 'no less LABEL' for two");
        }
        List<String> texts = isOfTwo ? List.of(columns[4], other) : List.of(columns[4]);
        return new Pair(columns[0], columns[1], columns[2], kind, label, texts);
    }

    /**
     * Asks a model.
     *
     * @throws ConfigException if a pair expects something of a label that the model does not have
     */
    List<Checked> check(Classifier classifier) {
        List<String> known = classifier.labels().names();
        pairs.stream()
                .map(Pair::label)
                .filter(label -> !label.isEmpty() && !known.contains(label))
                .findFirst()
                .ifPresent(label -> {
                    throw new ConfigException("The pairs are about '" + label + "', which is no label of "
                            + classifier.model() + ": it has " + known + ". Bring pairs of these with --pairs");
                });
        return pairs.stream()
                .map(pair -> new Checked(pair, classifier.classifyAll(pair.texts())))
                .toList();
    }

    /**
     * What is expected of the answers to one text or two.
     *
     * @param capability what is tested, such as negation
     * @param type MFT (minimum functionality), INV (invariance) or DIR (direction)
     * @param template what the texts have in common; those of an invariance are compared across all that share it
     * @param kind how label and answers are related; empty if the label is expected
     * @param label empty if any label will do, so it be the same
     */
    record Pair(String capability, String type, String template, String kind, String label, List<String> texts) {}

    /** A pair and the answers of a model to its texts. */
    record Checked(Pair pair, List<Classification> answers) {
        boolean holds() {
            return switch (pair.kind()) {
                case "" -> best(0).equals(Optional.of(pair.label()));
                case "not" -> best(0).isPresent() && !best(0).equals(Optional.of(pair.label()));
                case "same" -> best(0).equals(best(1));
                case "more" -> score(1) > score(0);
                default -> score(1) >= score(0) - TOLERANCE;
            };
        }

        /** The score of the pair's label; 0 for a text without an answer. */
        double score(int text) {
            return answers.get(text) instanceof Classification.Scored scored
                    ? scored.score(pair.label()).orElse(0)
                    : 0;
        }

        Optional<String> best(int text) {
            return answers.get(text).top().map(ScoredLabel::label);
        }
    }

    /**
     * How far the score of a label moves between texts where it should not.
     *
     * @param least the text with the lowest score
     * @param most the text with the highest
     */
    record Gap(String label, double size, String least, String most) {
        /** The largest within one template of these; empty if they expect no label's score to stay. */
        static Optional<Gap> largest(List<Checked> all) {
            List<Checked> steady = all.stream()
                    .filter(checked -> checked.pair().kind().equals("same")
                            && !checked.pair().label().isEmpty())
                    .toList();
            return steady.stream()
                    .map(checked -> checked.pair().template())
                    .distinct()
                    .map(template -> of(steady.stream()
                            .filter(checked -> checked.pair().template().equals(template))
                            .toList()))
                    .max((one, other) -> Double.compare(one.size(), other.size()));
        }

        private static Gap of(List<Checked> ofTemplate) {
            record Scored(String text, double score) {}
            List<Scored> scored = ofTemplate.stream()
                    .flatMap(checked -> Stream.of(0, 1)
                            .map(i -> new Scored(checked.pair().texts().get(i), checked.score(i))))
                    .sorted((one, other) -> Double.compare(one.score(), other.score()))
                    .toList();
            Scored least = scored.get(0);
            Scored most = scored.get(scored.size() - 1);
            return new Gap(ofTemplate.get(0).pair().label(), most.score() - least.score(), least.text(), most.text());
        }
    }
}
