/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import dev.nightjar.ConfigException;
import dev.nightjar.command.dashboard.Dashboard;
import dev.nightjar.command.model.Explanations;
import dev.nightjar.command.shared.Models;
import dev.nightjar.command.shared.Port;
import dev.nightjar.command.shared.Stop;
import dev.nightjar.command.shared.Stores;
import dev.nightjar.command.shared.Subcommand;
import dev.nightjar.store.StoredTweets;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nightjar dashboard}. */
@Command(
        name = "dashboard",
        description = {
            "A page on localhost that shows what a database holds, as it comes: the newest tweets with their labels, the"
                    + " shares of the labels over time, hashtags, words and languages. It only reads. Ctrl-C ends it.",
        },
        footer = {
            "%nExamples:%n",
            "  nightjar dashboard --to sqlite:tweets.db",
            "  nightjar dashboard --to mongo:mongodb://localhost:27017 --port 5001"
        })
public final class DashboardCommand extends Subcommand {
    private static final long LONG = Long.MAX_VALUE / 1_000_000;

    @Option(names = "--to", required = true, paramLabel = "STORE", description = Stores.HELP)
    private String place = "";

    @Option(
            names = "--model",
            paramLabel = "M",
            defaultValue = "emotion,sentiment-onnx,sentiment-lr",
            split = ",",
            description = {
                "What explains the label of a tweet that is opened, if it is the model that gave it. Default: ${DEFAULT-VALUE}.",
                Models.HELP
            })
    private List<String> models = List.of();

    @Option(
            names = "--port",
            defaultValue = "5000",
            converter = Port.class,
            description = "The page's port. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Override
    public Integer call() throws Exception {
        Store store = Stores.of(List.of(place)).entrySet().stream()
                .map(sink -> new Store(sink.getKey(), sink.getValue(), false))
                .findFirst()
                .orElseThrow();
        if (!store.isReadable()) {
            throw new ConfigException("What is in " + store.title() + " cannot be read back yet; give another --to");
        }
        store.requireThere(place);
        try (Stop stop = Stop.caught(() -> {});
                StoredTweets stored = store.read();
                Explanations explanations =
                        new Explanations(models.stream().map(Models::of).toList());
                Dashboard page = Dashboard.open(port, stored, () -> Dashboard.Status.of(store.title()), explanations)) {
            say("Look at " + page.uri() + "; Ctrl-C ends it");
            stop.await(LONG);
        }
        return 0;
    }
}
