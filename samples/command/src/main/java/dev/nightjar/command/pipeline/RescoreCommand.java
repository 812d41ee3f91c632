/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.ConfigException;
import dev.nightjar.RejectedRecordsException;
import dev.nightjar.Sink;
import dev.nightjar.Tweet;
import dev.nightjar.command.kafka.KafkaOptions;
import dev.nightjar.command.shared.Exit;
import dev.nightjar.command.shared.Models;
import dev.nightjar.command.shared.Stop;
import dev.nightjar.command.shared.Stores;
import dev.nightjar.command.shared.Subcommand;
import dev.nightjar.delivery.NamedClassifier;
import dev.nightjar.delivery.Retry;
import dev.nightjar.sink.influx.InfluxSinkConfig;
import dev.nightjar.store.StoredTweets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nightjar rescore}. */
@Command(
        name = "rescore",
        description = {
            "Has a model classify again those tweets of a database, or of a topic of classified tweets, whose answer is another"
                    + " model's, or that have none. All else in them stays. Ctrl-C ends it; run again, it goes on with those"
                    + " that are left.",
            "A tweet that is deleted while it is classified is not stored again, but in the moment between the look and the"
                    + " write, and in a topic: stop what erases meanwhile."
        },
        footer = {
            "%nExamples:%n",
            "  nightjar rescore --to mongo:mongodb://localhost:27017 --classify emotion --dry-run",
            "  nightjar rescore --to sqlite:tweets.db --classify sentiment=mine.json --rate 50"
        })
public final class RescoreCommand extends Subcommand {
    private static final int BATCH = 100;

    @Option(names = "--to", required = true, paramLabel = "STORE", description = "Not influx here. " + Stores.HELP)
    private String place = "";

    @Option(
            names = "--classify",
            required = true,
            paramLabel = "MODEL",
            description = "The model. NAME=MODEL for answers of another name than the model's. " + Models.HELP)
    private String model = "";

    @Option(
            names = "--rate",
            defaultValue = "200",
            paramLabel = "N",
            description = "At most so many tweets a second are stored again. Default: ${DEFAULT-VALUE}.")
    private double rate;

    @Option(names = "--dry-run", description = "Only say how many there are.")
    private boolean dryRun;

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Override
    public Integer call() throws Exception {
        if (!(rate > 0)) {
            throw wrong("--rate is above 0");
        }
        Store store = Stores.of(List.of(place), kafka.config()).entrySet().stream()
                .map(sink -> new Store(sink.getKey(), sink.getValue(), false))
                .findFirst()
                .orElseThrow();
        if (store.sink() instanceof InfluxSinkConfig || !(store.isReadable() || store.isTopic())) {
            throw new ConfigException(
                    store.title() + " does not give a whole tweet back; read the topic again instead, as"
                            + " another group of 'nightjar consume'");
        }
        store.requireThere(place);
        ClassifierFactory factory = Models.of(Models.placeOf(model));
        try (Stop stop = Stop.caught(() -> {});
                Classifier classifier = factory.open();
                StoredTweets stored = store.read();
                Sink<ClassifiedTweet> sink = store.sink().open()) {
            NamedClassifier named = new NamedClassifier(Models.nameOf(model), classifier, factory.languages());
            Pass pass = new Pass(named, stored, sink, store.isTopic(), stop);
            stored.forEach(pass::take);
            pass.write();
            return pass.report();
        }
    }

    /** A way through the tweets. */
    private final class Pass {
        private final NamedClassifier classifier;
        private final StoredTweets stored;
        private final Sink<ClassifiedTweet> sink;
        private final boolean topic;
        private final Stop stop;
        private final List<ClassifiedTweet> batch = new ArrayList<>();
        private final long begin = System.nanoTime();
        private long read;
        private long current;
        private long old;
        private long changed;
        private long faults;
        private long deleted;
        private long refused;

        Pass(NamedClassifier classifier, StoredTweets stored, Sink<ClassifiedTweet> sink, boolean topic, Stop stop) {
            this.classifier = classifier;
            this.stored = stored;
            this.sink = sink;
            this.topic = topic;
            this.stop = stop;
        }

        void take(ClassifiedTweet tweet) {
            if (stop.isAsked()) {
                return;
            }
            read++;
            Classification answer = tweet.classifications().get(classifier.name());
            if (answer != null && answer.model().equals(classifier.classifier().model())) {
                current++;
                return;
            }
            old++;
            if (!dryRun) {
                batch.add(tweet);
            }
            if (batch.size() == BATCH) {
                write();
            }
        }

        void write() {
            if (batch.isEmpty()) {
                return;
            }
            List<Tweet> tweets = batch.stream().map(ClassifiedTweet::tweet).toList();
            List<@Nullable String> languages = new ArrayList<>();
            tweets.forEach(tweet -> languages.add(tweet.lang()));
            List<Classification> answers =
                    classifier.classifyAll(tweets.stream().map(Tweet::text).toList(), languages);
            Set<String> ids = tweets.stream().map(Tweet::id).collect(Collectors.toSet());
            Set<String> there = topic ? ids : stored.ids(ids);
            List<ClassifiedTweet> next = new ArrayList<>();
            for (int i = 0; i < tweets.size(); i++) {
                Classification answer = answers.get(i);
                if (answer instanceof Classification.Rejected rejected
                        && rejected.reason() == Classification.Reason.MODEL_FAULT) {
                    faults++; // what it had is better
                } else if (!there.contains(tweets.get(i).id())) {
                    deleted++;
                } else {
                    SortedMap<String, Classification> all =
                            new TreeMap<>(batch.get(i).classifications());
                    all.put(classifier.name(), answer);
                    next.add(new ClassifiedTweet(tweets.get(i), all));
                }
            }
            batch.clear();
            if (!next.isEmpty()) {
                store(next);
            }
        }

        private void store(List<ClassifiedTweet> tweets) {
            try {
                Retry.upTo(Retry.DEFAULT_LIMIT).run("store " + tweets.size() + " tweets", () -> sink.write(tweets));
            } catch (RejectedRecordsException e) {
                refused += e.rejections().size();
                e.rejections().stream()
                        .limit(1)
                        .forEach(first -> err().println("Refused: " + first.key() + ": " + first.message()));
            }
            changed += tweets.size();
            try {
                stop.await(Math.max(0, (long) (1_000 * changed / rate) - (System.nanoTime() - begin) / 1_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        int report() {
            say(String.format(
                    Locale.ROOT, "%,d tweets read%s", read, stop.isAsked() ? ", stopped before the end" : ""));
            say(String.format(
                    Locale.ROOT,
                    "%,d have the answer of %s; %,d have another or none%s",
                    current,
                    classifier.classifier().model(),
                    old,
                    dryRun ? "" : ", of which"));
            if (!dryRun) {
                say(String.format(Locale.ROOT, "%,d were classified and stored again", changed - refused));
                say(String.format(
                        Locale.ROOT,
                        "%,d the model failed on, %,d were deleted meanwhile, %,d the store refused",
                        faults,
                        deleted,
                        refused));
            }
            return faults + refused > 0 ? Exit.FAILED : 0;
        }
    }
}
