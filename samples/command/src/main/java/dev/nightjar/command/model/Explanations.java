/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.NightjarException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why tweets have their labels, by the very models that gave them. Each model is opened when a tweet of its may be there.
 *
 * <p>Safe for use by multiple threads.
 */
public final class Explanations implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Explanations.class);
    private static final JsonFactory JSON = new JsonFactory();

    private final Deque<ClassifierFactory> unopened;
    private final List<Classifier> opened = new ArrayList<>();

    /** Why models that should explain do not. */
    private final List<String> faults = new ArrayList<>();

    /** Explains by these models what they have labelled. */
    public Explanations(Collection<ClassifierFactory> models) {
        unopened = new ArrayDeque<>(models);
    }

    /** The pieces of a tweet's text that moved each of its labels, or {@code none}: why there are none. */
    public synchronized String json(ClassifiedTweet tweet) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            for (Map.Entry<String, Classification> answer :
                    tweet.classifications().entrySet()) {
                json.writeObjectFieldStart(answer.getKey());
                try {
                    Explanation explanation = explain(tweet.tweet().text(), answer.getValue());
                    if (explanation == null) {
                        json.writeStringField(
                                "none", notAtHand(answer.getValue().model()));
                    } else {
                        explanation.write(json);
                    }
                } catch (RuntimeException | LinkageError e) {
                    json.writeStringField("none", reason(e));
                }
                json.writeEndObject();
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private @Nullable Explanation explain(String text, Classification answer) {
        for (Classifier classifier : opened) {
            if (classifier.model().equals(answer.model())) {
                return Explanation.of(classifier, text, answer, Explanation.SHOWN);
            }
        }
        ClassifierFactory next = unopened.poll();
        if (next == null) {
            return null;
        }
        try {
            opened.add(next.open());
        } catch (RuntimeException | LinkageError e) {
            faults.add(reason(e));
        }
        return explain(text, answer);
    }

    private String notAtHand(String model) {
        return "No model at hand is the " + model
                + " that gave this label; 'nightjar dashboard --model' takes the one that did."
                + (faults.isEmpty() ? "" : " Not opened: " + String.join("; ", faults));
    }

    private static String reason(Throwable failure) {
        if (failure instanceof NightjarException) {
            return String.valueOf(failure.getMessage());
        }
        LOG.warn("A model does not explain a label", failure);
        return "The model failed with a " + failure.getClass().getSimpleName() + "; see the log.";
    }

    @Override
    public synchronized void close() {
        opened.forEach(Classifier::close);
        opened.clear();
        unopened.clear();
    }
}
