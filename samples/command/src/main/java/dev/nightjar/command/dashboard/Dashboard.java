/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.dashboard;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.DeadLetter;
import dev.nightjar.NightjarException;
import dev.nightjar.command.model.Explanations;
import dev.nightjar.command.shared.LocalServer;
import dev.nightjar.store.StoredTweets;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import io.undertow.server.handlers.sse.ServerSentEventHandler;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A page on localhost that shows what a store holds, and how a run does that fills it. It is told once a second. Texts
 * reach the page as text, never as markup; it loads nothing from elsewhere, and only this machine is answered.
 */
public final class Dashboard implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Dashboard.class);
    private static final String UPLOT = "org.webjars.npm/uplot";
    private static final Map<String, String> FILES = Map.of(
            "/", "dashboard.html",
            "/dashboard.css", "dashboard.css",
            "/dashboard.js", "dashboard.js",
            "/icon.svg", "icon.svg",
            "/uplot.css", webJar("uPlot.min.css"),
            "/uplot.js", webJar("uPlot.iife.min.js"));
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");
    private static final int MOST_VIEWERS = 16;
    private static final int PUSH_MILLIS = 1_000;
    private static final int SLOWEST_PUSHES = 20;

    private final Map<ServerSentEventConnection, Viewer> viewers = new ConcurrentHashMap<>();
    private final ServerSentEventHandler events =
            new ServerSentEventHandler((connection, lastEvent) -> welcome(connection));
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread pushes = new Thread(task, "nightjar-dashboard");
        pushes.setDaemon(true);
        return pushes;
    });
    private final Board board;
    private final Explanations explanations;
    private final LocalServer server;
    private final Future<?> ticks;
    private boolean failed;

    private Dashboard(int port, Board board, Explanations explanations) {
        this.board = board;
        this.explanations = explanations;
        server = LocalServer.open(port, "--port", this::handle);
        ticks = thread.scheduleWithFixedDelay(this::push, PUSH_MILLIS, PUSH_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Serves the page.
     *
     * @param port the port on localhost, 0 for any free one
     * @param stored what is shown; remains the caller's to close, after this
     * @param status how the run does, asked for once a second
     * @param explanations of the tweets that are opened; remains the caller's to close, after this
     * @throws ConfigException if it cannot be had, mostly since it is taken
     */
    public static Dashboard open(int port, StoredTweets stored, Supplier<Status> status, Explanations explanations) {
        return new Dashboard(port, new Board(stored, status, Clock.systemUTC()), explanations);
    }

    /** Where the page is. */
    public URI uri() {
        return server.uri();
    }

    @Override
    public void close() {
        ticks.cancel(true);
        thread.shutdownNow();
        server.close();
    }

    private void handle(HttpServerExchange exchange) throws Exception {
        String path = exchange.getRequestPath();
        if (path.equals("/events")) {
            greet(exchange);
        } else if (path.equals("/explanation")) {
            // By the one worker thread, in turn: a model takes its time.
            exchange.dispatch(this::explain);
        } else if (FILES.containsKey(path)) {
            serve(exchange, FILES.get(path));
        } else {
            LocalServer.refuse(exchange, StatusCodes.NOT_FOUND, "Not found");
        }
    }

    private void greet(HttpServerExchange exchange) throws Exception {
        try {
            View.of(exchange.getQueryParameters());
        } catch (DataException e) {
            LocalServer.refuse(exchange, StatusCodes.BAD_REQUEST, e.getMessage());
            return;
        }
        if (viewers.size() >= MOST_VIEWERS) {
            LocalServer.refuse(
                    exchange, StatusCodes.SERVICE_UNAVAILABLE, "There are " + MOST_VIEWERS + " pages open; close one");
            return;
        }
        events.handleRequest(exchange);
    }

    private void welcome(ServerSentEventConnection connection) {
        viewers.put(connection, new Viewer(View.of(connection.getQueryParameters())));
        connection.addCloseTask(viewers::remove);
        thread.execute(this::push);
    }

    private void explain(HttpServerExchange exchange) {
        Deque<String> id = exchange.getQueryParameters().get("id");
        Optional<ClassifiedTweet> tweet = id == null ? Optional.empty() : board.tweet(id.getFirst());
        if (tweet.isEmpty()) {
            LocalServer.refuse(exchange, StatusCodes.NOT_FOUND, "The tweet is not among the newest any more.");
            return;
        }
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
        exchange.getResponseSender().send(explanations.json(tweet.get()));
    }

    private static void serve(HttpServerExchange exchange, String resource) throws IOException {
        try (InputStream in = Dashboard.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("The jar lacks " + resource);
            }
            String type = TYPES.get(resource.substring(resource.lastIndexOf('.') + 1));
            exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, type);
            exchange.getResponseSender().send(ByteBuffer.wrap(in.readAllBytes()));
        }
    }

    /** Tells each page what is new, but one that has not got the last yet. */
    private void push() {
        Map<ServerSentEventConnection, Viewer> ready = viewers.entrySet().stream()
                .filter(viewer -> viewer.getValue().isReady(viewer.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        if (ready.isEmpty()) {
            return;
        }
        try {
            board.look(viewers.values().stream()
                    .map(viewer -> viewer.view.window())
                    .collect(Collectors.toSet()));
            ready.forEach(
                    (connection, viewer) -> viewer.send(connection, "state", board.json(viewer.view, viewer.known)));
            ready.forEach((connection, viewer) -> viewer.known = Set.copyOf(board.tweets(viewer.view)));
            failed = false;
        } catch (RuntimeException | Error e) {
            // Also an Error, which would end the pushes without a word.
            if (!failed) {
                LOG.warn("The page cannot show what is stored", e);
            }
            failed = true;
            String fault = e instanceof NightjarException || e instanceof UncheckedIOException
                    ? String.valueOf(e.getMessage()).lines().findFirst().orElse("")
                    : "It failed with a " + e.getClass().getSimpleName() + "; see the log.";
            ready.forEach((connection, viewer) -> viewer.send(connection, "fault", fault));
        }
    }

    private static String webJar(String file) {
        Properties properties = new Properties();
        try (InputStream in = Dashboard.class.getResourceAsStream("/META-INF/maven/" + UPLOT + "/pom.properties")) {
            if (in == null) {
                throw new IOException("uPlot is not on the class path");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "/META-INF/resources/webjars/uplot/" + properties.getProperty("version") + "/dist/" + file;
    }

    /** One page that is open. */
    private static final class Viewer implements ServerSentEventConnection.EventCallback {
        private final View view;
        private Set<ClassifiedTweet> known = Set.of();
        private volatile boolean waiting;
        private int missed;

        Viewer(View view) {
            this.view = view;
        }

        /** Whether it has got all so far; one that takes too long is let go. */
        boolean isReady(ServerSentEventConnection connection) {
            missed = waiting ? missed + 1 : 0;
            if (missed > SLOWEST_PUSHES) {
                connection.shutdown();
            }
            return !waiting;
        }

        void send(ServerSentEventConnection connection, String event, String data) {
            waiting = true;
            connection.send(data, event, null, this);
        }

        @Override
        public void done(ServerSentEventConnection connection, String data, String event, String id) {
            waiting = false;
        }

        @Override
        public void failed(
                ServerSentEventConnection connection, String data, String event, String id, IOException failure) {
            waiting = false;
        }
    }

    /**
     * How a run does.
     *
     * @param store what is shown, in a few words
     * @param phase what happens, in a few words; empty if nothing is known of a run
     * @param finished whether nothing more will come
     * @param published how many tweets were published so far, -1 if not known
     * @param expected how many there will be, -1 if not known
     * @param lag how many are published and neither stored nor set aside, -1 if not known
     * @param skipped how many records were passed over on purpose
     * @param deadLetters how many records were set aside, by reason
     * @param examples a record that was set aside, by reason
     */
    public record Status(
            String store,
            String phase,
            boolean finished,
            long published,
            long expected,
            long lag,
            long skipped,
            Map<String, Long> deadLetters,
            Map<String, DeadLetter> examples) {
        /** A store that nothing more is known of. */
        public static Status of(String store) {
            return new Status(store, "", false, -1, -1, -1, 0, Map.of(), Map.of());
        }
    }
}
