/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import dev.nightjar.Classification;
import dev.nightjar.Classifier;
import dev.nightjar.DeadLetter;
import dev.nightjar.DeadLetter.Stage;
import dev.nightjar.FatalException;
import dev.nightjar.delivery.Incoming.Original;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A classifier under the name that its answers have in a pipeline.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public record NamedClassifier(String name, Classifier classifier, Set<String> languages) {
    /** What X says of a text whose language it does not know, or that has none. */
    private static final Pattern NO_LANGUAGE = Pattern.compile("und|zxx|q..");

    private static final String HARMLESS = "Good morning";
    private static final Logger LOG = LoggerFactory.getLogger(NamedClassifier.class);

    /**
     * Classifies the texts of tweets, but for those in a language that the classifier does not read; does not ask for
     * none. A text that the classifier throws on, or exhausts the stack or the memory on, costs itself alone: it is
     * rejected as a {@link Classification.Reason#MODEL_FAULT}. A classifier that throws on any text is at fault itself.
     *
     * @param spoken the language of each text, null if it is not known
     * @throws FatalException if the classifier gives more or fewer answers than there are texts
     */
    public List<Classification> classifyAll(List<String> texts, List<@Nullable String> spoken) {
        if (languages.isEmpty()) {
            return ask(texts);
        }
        List<String> readable = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            if (reads(spoken.get(i))) {
                readable.add(texts.get(i));
            }
        }
        Iterator<Classification> answers = ask(readable).iterator();
        return spoken.stream()
                .map(language -> reads(language)
                        ? answers.next()
                        : new Classification.Rejected(classifier.model(), Classification.Reason.LANGUAGE))
                .toList();
    }

    private boolean reads(@Nullable String language) {
        return language == null
                || languages.contains(language.replaceFirst("[-_].*", ""))
                || NO_LANGUAGE.matcher(language).matches();
    }

    private List<Classification> ask(List<String> texts) {
        if (texts.isEmpty()) {
            return List.of();
        }
        Classification[] answers = new Classification[texts.size()];
        Isolation<String> isolation =
                new Isolation<>((from, part) -> ask(part, from, answers), texts, Retry.DEFAULT_LIMIT);
        List<Isolation.Culprit> culprits = isolation.culprits();
        if (!culprits.isEmpty()) {
            Isolation.Culprit first = culprits.get(0);
            if (culprits.size() == texts.size() && !answers(HARMLESS)) {
                throw first.rethrown();
            }
            LOG.warn(
                    "The classifier '{}' ({}) fails on {} of {} texts, first by {}",
                    name,
                    classifier.model(),
                    culprits.size(),
                    texts.size(),
                    first.fault());
            Classification none = new Classification.Rejected(classifier.model(), Classification.Reason.MODEL_FAULT);
            culprits.forEach(culprit -> answers[culprit.index()] = none);
        }
        return List.of(answers);
    }

    private void ask(List<String> texts, int from, Classification[] answers) {
        List<Classification> given = classifier.classifyAll(texts);
        if (given.size() != texts.size()) {
            throw new FatalException("The classifier '" + name + "' (" + classifier.model() + ") gave " + given.size()
                    + " answers for " + texts.size() + " texts");
        }
        for (int i = 0; i < given.size(); i++) {
            answers[from + i] = Objects.requireNonNull(given.get(i), "an answer");
        }
    }

    /** Whether it is not the classifier that is at fault, such as one that is closed. */
    private boolean answers(String text) {
        try {
            classifier.classify(text);
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** The dead letter of a record on which the model failed; null if it did not, be it without an answer. */
    public @Nullable DeadLetter fault(Classification answer, Original original) {
        return answer instanceof Classification.Rejected rejected
                        && rejected.reason() == Classification.Reason.MODEL_FAULT
                ? original.deadLetter(
                        Stage.CLASSIFY,
                        "model-fault",
                        "The classifier '" + name + "' (" + answer.model() + ") has no answer")
                : null;
    }
}
