/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An X API v2 on a port of this machine, as docs.x.com and recorded answers describe it, with bearer tokens, rules, the
 * filtered stream with real rule matching, recent and full-archive search, counts, lookup, usage, connections, rate
 * limits and billing for each post that is read. Things go wrong where a {@link Fault} says so.
 *
 * <pre>{@code
 * try (FakeX x = FakeX.builder().postsPerSecond(100).start()) {
 *     x.addRule("nightjar OR owl", "birds");
 *     TwitterStreamConfig.builder(Credential.literal(x.bearerToken())).baseUrl(x.uri()).build().open();
 * }
 * }</pre>
 *
 * <p>It differs from X in this: rules take effect at once, not within 20 s; operators that need data which a fake post
 * lacks (places, media, followers, contexts) match nothing; {@code sample:} goes by the id.
 *
 * <p>Safe for use by multiple threads.
 */
public final class FakeX implements AutoCloseable {
    /** The path of the filtered stream. */
    public static final String STREAM = Api.STREAM;

    private final Api api;
    private final Wire wire;
    private final String consumerKey;
    private final String consumerSecret;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong matching = new AtomicLong();

    private FakeX(Builder builder) throws IOException {
        this.consumerKey = builder.consumerKey;
        this.consumerSecret = builder.consumerSecret;
        this.api = new Api(builder);
        PostMaker maker = new PostMaker(builder.seed);
        writePast(builder, maker);
        this.wire = new Wire(api, builder.port, builder.keepAlive);
        if (builder.postsPerSecond > 0) {
            Wire.daemon("fake-x-posts", () -> write(builder, maker)).start();
        }
    }

    /** Begins an API. */
    public static Builder builder() {
        return new Builder();
    }

    /** An API as {@link #builder()} has it, started. */
    public static FakeX start() {
        return builder().start();
    }

    /** Where it listens: {@code http://127.0.0.1:port}. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + wire.port());
    }

    /** The bearer token that it takes now. */
    public String bearerToken() {
        return api.token();
    }

    /** The application's key, which with the secret gives the bearer token. */
    public String consumerKey() {
        return consumerKey;
    }

    /** The application's secret. */
    public String consumerSecret() {
        return consumerSecret;
    }

    /** Adds a rule as another program would, without a request. */
    public void addRule(String value, @Nullable String tag) {
        api.addRule(value, tag);
    }

    /** The rules' values with their tags, the empty text where there is none. */
    public Map<String, String> rules() {
        return api.rules();
    }

    /** From now on refuses to delete the rules of this value: with status 200 and an error that does not name them. */
    public void keepRule(String value) {
        api.keepRule(value);
    }

    /** Publishes a post. */
    public void publish(FakePost post) {
        api.publish(post);
    }

    /** Publishes an English post of this text, written now, and returns it. */
    public FakePost publish(String text) {
        Instant now = api.now();
        FakePost post = FakePost.of(Long.toString(api.nextId(now)), text, now);
        api.publish(post);
        return post;
    }

    /** Takes a post away. */
    public void delete(String id) {
        api.delete(id);
    }

    /** The posts that there are, by id. */
    public List<FakePost> posts() {
        return api.posts();
    }

    /** Faults of the stream, each used once in this order: answers by the next request, breaks by the next stream. */
    public void faults(Fault... faults) {
        for (Fault fault : faults) {
            api.fault(STREAM, fault);
        }
    }

    /** Answers to the next requests for a path, such as {@code /2/tweets/search/recent}. */
    public void faults(String path, Fault... faults) {
        for (Fault fault : faults) {
            api.fault(path, fault);
        }
    }

    /** How many faults have not been used yet. */
    public int faultsLeft() {
        return api.faultsLeft();
    }

    /** Makes a connection that no client holds, as a crashed program leaves it; it counts until it is killed. */
    public void staleConnection() {
        api.staleConnection();
    }

    /** How many connections to the stream are open, stale ones included. */
    public int openStreams() {
        return api.openStreams();
    }

    /** The requests so far, including refused ones. */
    public List<Received> requests() {
        return api.requests().stream()
                .map(request -> new Received(request.method(), request.target(), request.headers()))
                .toList();
    }

    /** How many posts were sent, over all streams, searches and lookups. */
    public long postsRead() {
        return api.read();
    }

    /** How many posts were charged: those that were sent, each once per UTC day. */
    public long postsBilled() {
        return api.billed();
    }

    /** How many posts its own writer has published since the first stream was opened. */
    public long postsWritten() {
        return written.get();
    }

    /** How many of them matched a rule while a stream was open, so that it gets them. */
    public long postsMatching() {
        return matching.get();
    }

    /** Closes all connections. */
    @Override
    public void close() {
        closed.countDown();
        api.close();
        wire.close();
    }

    private void writePast(Builder builder, PostMaker maker) {
        Instant now = api.now();
        Duration step = builder.pastPosts == 0
                ? Duration.ZERO
                : Duration.ofDays(7).minusHours(1).dividedBy(builder.pastPosts);
        for (int i = builder.pastPosts; i > 0; i--) {
            Instant at = now.minus(step.multipliedBy(i)).minusSeconds(60);
            api.publish(maker.next(-i, Long.toString(api.nextId(at)), at, List.of()));
        }
    }

    private void write(Builder builder, PostMaker maker) {
        try {
            boolean open = false;
            while (!open) {
                open = api.streamed().await(20, TimeUnit.MILLISECONDS);
                if (closed.getCount() == 0) {
                    return;
                }
            }
            long start = System.nanoTime();
            while (written.get() < builder.count && matching.get() < builder.matching) {
                long due = Math.min(
                        builder.count, 1 + (long) ((System.nanoTime() - start) / 1e9 * builder.postsPerSecond));
                List<String> words = api.ruleWords();
                for (long number = written.get(); number < due && matching.get() < builder.matching; number++) {
                    Instant now = api.now();
                    if (api.publish(maker.next(number, Long.toString(api.nextId(now)), now, words))) {
                        matching.incrementAndGet();
                    }
                    written.incrementAndGet();
                }
                if (closed.await(2, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Of X's two vocabularies those that an endpoint takes; from version 2.167 on a search takes post words alone. */
    public enum Words {
        /** Both. */
        BOTH,
        /** {@code tweet.fields} and the expansions of that time. */
        TWEET,
        /** {@code post.fields} and the expansions of that time. */
        POST
    }

    /**
     * A request that came.
     *
     * <p>Immutable.
     *
     * @param method its method
     * @param target its path and query as sent
     * @param headers its headers, names in lower case
     */
    public record Received(String method, String target, Map<String, String> headers) {
        /** The target without its query. */
        public String path() {
            int query = target.indexOf('?');
            return query < 0 ? target : target.substring(0, query);
        }
    }

    /**
     * Collects the settings of a {@link FakeX}.
     *
     * <p>Confined to one thread.
     */
    public static final class Builder {
        int port;
        String bearerToken = "AAAAAAAAAAAAAAAAAAAAAFnightjar%2Fcanary%3Dtoken4711";
        String consumerKey = "consumer key+4711";
        String consumerSecret = "consumer/secret=4711";
        double postsPerSecond;
        long count = Long.MAX_VALUE;
        long matching = Long.MAX_VALUE;
        int pastPosts;
        long seed = 1;
        Clock clock = Clock.systemUTC();
        Duration keepAlive = Duration.ofSeconds(15);
        Duration searchLag = Duration.ofSeconds(30);
        boolean enterprise;
        long postCap = Long.MAX_VALUE;
        int history = 200_000;
        boolean archive;
        int pageOverlap;
        Words searchWords = Words.BOTH;
        Words streamWords = Words.BOTH;

        private Builder() {}

        /** The port; any free one by default. */
        public Builder port(int value) {
            port = value;
            return this;
        }

        /** The bearer token. */
        public Builder bearerToken(String value) {
            bearerToken = value;
            return this;
        }

        /** The application's key and secret. */
        public Builder consumer(String key, String secret) {
            consumerKey = key;
            consumerSecret = secret;
            return this;
        }

        /**
         * How many posts it writes in a second from the first accepted stream on, half of them with a word of a rule; 0
         * by default.
         */
        public Builder postsPerSecond(double value) {
            postsPerSecond = value;
            return this;
        }

        /** After how many posts it writes no more; never by default. */
        public Builder count(long value) {
            count = value;
            return this;
        }

        /** After how many posts that match a rule while a stream is open it writes no more; never by default. */
        public Builder matchingCount(long value) {
            matching = value;
            return this;
        }

        /** How many posts of the last seven days there are for a search to find; 0 by default. */
        public Builder pastPosts(int value) {
            pastPosts = value;
            return this;
        }

        /**
         * Has posts of all days since 2006 for a search of the archive, every second of which has a word of the search
         * that first asks for their time; none by default.
         */
        public Builder archive() {
            archive = true;
            return this;
        }

        /** What decides the texts that it writes. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /** Its time, for ids, searches, windows and days; keep-alives go by the machine's. */
        public Builder clock(Clock value) {
            clock = value;
            return this;
        }

        /** After how long without a post a stream gets an empty line; 15 s by default. */
        public Builder keepAlive(Duration value) {
            keepAlive = value;
            return this;
        }

        /** How old a post must be to be found by a search without an end; 30 s by default, as at X. */
        public Builder searchLag(Duration value) {
            searchLag = value;
            return this;
        }

        /** An Enterprise account: backfill, two connections, longer rules and queries. */
        public Builder enterprise() {
            enterprise = true;
            return this;
        }

        /** How many posts may be charged before it refuses with {@code usage-capped}; no cap by default. */
        public Builder postCap(long value) {
            postCap = value;
            return this;
        }

        /** How many posts it keeps for searches, lookups and backfill; 200,000 by default. */
        public Builder history(int value) {
            history = value;
            return this;
        }

        /** How many posts of a page of a search are on the next page again; none by default, at most half a page. */
        public Builder pageOverlap(int value) {
            pageOverlap = value;
            return this;
        }

        /** In which words a search may ask for posts; in any other it is refused with status 400. Both by default. */
        public Builder searchWords(Words value) {
            searchWords = value;
            return this;
        }

        /** The same for the filtered stream. */
        public Builder streamWords(Words value) {
            streamWords = value;
            return this;
        }

        /** Starts to listen. */
        public FakeX start() {
            try {
                return new FakeX(this);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot listen on port " + port, e);
            }
        }
    }
}
