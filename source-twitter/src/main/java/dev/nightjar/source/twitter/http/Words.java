/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.http;

import dev.nightjar.WireName;
import dev.nightjar.options.Option;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The words in which an endpoint is asked for posts: those that are set, until X refuses them and takes the others. One
 * object is for one endpoint, since X changes its endpoints one by one.
 *
 * <p>Safe for use by multiple threads.
 */
public final class Words {
    public static final Option<Vocabulary> VOCABULARY = Option.choice("vocabulary", Vocabulary.class)
            .defaultTo(Vocabulary.TWEET)
            .means("in which words X is asked to write; in the others where it refuses these; both are read");

    private static final Logger LOG = LoggerFactory.getLogger(Words.class);

    private Vocabulary current;
    /** Whether the current words have replaced the others and were not taken yet. */
    private boolean onTrial;

    /** Words to begin with. */
    public Words(Vocabulary first) {
        this.current = first;
    }

    /** The current words. */
    public synchronized Vocabulary current() {
        return current;
    }

    /** The fields and expansions to ask for. */
    public synchronized String parameters() {
        return current == Vocabulary.POST ? XClient.POST_FIELDS : XClient.TWEET_FIELDS;
    }

    /** X has answered in them. */
    public synchronized void accepted() {
        onTrial = false;
    }

    /**
     * X has refused a request.
     *
     * @param forWords whether it may be for its words
     * @return whether to ask again, in other words
     */
    public synchronized boolean refused(boolean forWords) {
        boolean second = onTrial;
        onTrial = forWords && !second;
        if (forWords) {
            current = current == Vocabulary.POST ? Vocabulary.TWEET : Vocabulary.POST;
        }
        if (onTrial) {
            LOG.warn("The X API refuses the vocabulary of a request; asking in '{}' words", WireName.of(current));
        }
        return onTrial;
    }
}
