/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import dev.nightjar.SourceBatch;
import dev.nightjar.Tweet;
import dev.nightjar.source.twitter.GapSearch;
import dev.nightjar.source.twitter.http.Refusal;
import dev.nightjar.source.twitter.stream.StreamConnection.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A world in virtual time: posts are written at random, X delivers each some seconds later to the current connections,
 * and at random times something breaks for a while. The same seed gives the same world.
 */
final class VirtualX implements StreamLink, GapSearch {
    private static final long SNOWFLAKE_EPOCH = 1_288_834_974_657L;
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    private final VirtualStreamTime time;
    private final Random random;
    private final List<Post> posts = new ArrayList<>();
    private final Deque<Trouble> troubles = new ArrayDeque<>();
    private final List<Instant> connects = new ArrayList<>();
    private final Set<Long> sent = new HashSet<>();
    private long sends;
    private @Nullable Connection open;
    private Instant crash = Instant.MAX;
    int connected;

    VirtualX(VirtualStreamTime time, long seed, Duration length, int faults, Duration meanBetweenPosts) {
        this.time = time;
        this.random = new Random(seed);
        Instant start = time.now();
        Instant end = start.plus(length);
        int sequence = 0;
        for (Instant at = start.minusSeconds(20); at.isBefore(end); at = at.plusMillis(between(meanBetweenPosts))) {
            Instant created = at.plusMillis(0);
            long id = ((created.toEpochMilli() - SNOWFLAKE_EPOCH) << 22) + (sequence++ % 4096);
            posts.add(new Post(id, created, created.plusMillis(200 + random.nextInt(6_000))));
        }
        posts.sort(Comparator.comparing(Post::delivered));
        List<Instant> times = new ArrayList<>();
        for (int i = 0; i < faults; i++) {
            times.add(start.plusMillis((long) (random.nextDouble() * length.toMillis())));
        }
        times.sort(Comparator.naturalOrder());
        for (Instant at : times) {
            Break by = Break.values()[random.nextInt(Break.values().length)];
            Duration lasting = random.nextInt(3) == 0
                    ? Duration.ofSeconds(random.nextInt(600))
                    : Duration.ofMillis(random.nextInt(900));
            troubles.add(
                    new Trouble(at, by, at.plus(lasting), Outage.values()[random.nextInt(Outage.values().length)]));
        }
    }

    private long between(Duration mean) {
        return (long) (-Math.log(1 - random.nextDouble()) * mean.toMillis());
    }

    List<Post> posts() {
        return posts;
    }

    List<Instant> connects() {
        return connects;
    }

    /** How many posts went over the wire, in searches and streams. */
    long sends() {
        return sends;
    }

    long troublesBefore(Instant end) {
        return troubles.stream().filter(trouble -> trouble.at.isBefore(end)).count();
    }

    void crashAt(Instant at) {
        crash = at;
    }

    @Override
    public Body connect(int backfillMinutes) throws IOException, InterruptedException, RefusedException {
        connects.add(time.now());
        time.advanceTo(time.now().plusMillis(50));
        for (Trouble trouble : troubles) {
            if (!trouble.at.isAfter(time.now()) && trouble.until.isAfter(time.now())) {
                refuse(trouble);
            }
        }
        troubles.removeIf(trouble -> !trouble.until.isAfter(time.now()) && trouble.at.isBefore(time.now()));
        if (open != null && !open.closed) {
            throw refusal(429, "{\"title\":\"ConnectionException\",\"connection_issue\":\"TooManyConnections\"}");
        }
        connected++;
        open = new Connection(backfillMinutes);
        return open;
    }

    private void refuse(Trouble trouble) throws IOException, RefusedException {
        switch (trouble.outage) {
            case NO_ANSWER -> throw new IOException("No route");
            case UNAVAILABLE -> throw refusal(503, "<html>busy</html>");
            case TOO_MANY ->
                throw refusal(429, "{\"title\":\"ConnectionException\",\"connection_issue\":\"TooManyConnections\"}");
            case WINDOW ->
                throw new RefusedException(
                        Refusal.of(429, new byte[0], time.now().plusSeconds(100)), null);
        }
    }

    private static RefusedException refusal(int status, String body) {
        return new RefusedException(Refusal.of(status, body.getBytes(StandardCharsets.UTF_8), null), null);
    }

    @Override
    public int killStale() {
        return 0;
    }

    @Override
    public Deque<GapSearch.Part> open(Instant from, Instant to) {
        Deque<GapSearch.Part> parts = new ArrayDeque<>();
        parts.add(new Found(from, to));
        return parts;
    }

    /** What breaks a connection. */
    enum Break {
        END,
        RESET,
        CUT,
        STALL,
        MESSAGE
    }

    private enum Outage {
        NO_ANSWER,
        UNAVAILABLE,
        TOO_MANY,
        WINDOW
    }

    private record Trouble(Instant at, Break by, Instant until, Outage outage) {}

    /** A post. */
    record Post(long id, Instant created, Instant delivered) {
        String frame() {
            return "{\"data\":{\"id\":\"" + id + "\",\"text\":\"A call in the dark \uD83E\uDD89\",\"created_at\":\""
                    + created + "\"}}\r\n";
        }
    }

    /** The process is gone. */
    static final class CrashError extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final class Found implements GapSearch.Part {
        private final Instant from;
        private final Instant to;
        private boolean exhausted;

        Found(Instant from, Instant to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public SourceBatch poll(Duration timeout) {
            exhausted = true;
            List<Tweet> found = new ArrayList<>();
            for (Post post : posts) {
                boolean visible = post.created.isBefore(time.now().minusSeconds(30));
                if (visible && !post.created.isBefore(from) && post.created.isBefore(to)) {
                    sends++;
                    found.add(Tweet.builder(Long.toString(post.id), "found", post.created)
                            .build());
                }
            }
            return SourceBatch.of(found);
        }

        @Override
        public boolean isExhausted() {
            return exhausted;
        }

        @Override
        public boolean isComplete() {
            return true;
        }

        @Override
        public Instant from() {
            return from;
        }

        @Override
        public void close() {}
    }

    private final class Connection extends InputStream implements Body {
        private final Deque<Post> backfill = new ArrayDeque<>();
        private byte[] pending = new byte[0];
        private int next;
        private int post;
        private Instant lastSent = time.now();
        private boolean silent;
        private boolean ended;
        private boolean broken;
        private boolean closed;

        Connection(int backfillMinutes) {
            Instant now = time.now();
            while (post < posts.size() && posts.get(post).delivered.isBefore(now)) {
                Post old = posts.get(post++);
                if (!old.created.isBefore(now.minus(Duration.ofMinutes(backfillMinutes)))) {
                    backfill.add(old);
                }
            }
        }

        @Override
        public InputStream stream() {
            return this;
        }

        @Override
        public void close() {
            closed = true;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                while (next == pending.length) {
                    if (closed) {
                        throw new IOException("closed");
                    }
                    if (broken) {
                        throw new IOException("Connection reset");
                    }
                    if (ended) {
                        return -1;
                    }
                    fill();
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            int chunk = Math.min(Math.min(length, pending.length - next), 1 + random.nextInt(200));
            System.arraycopy(pending, next, buffer, offset, chunk);
            next += chunk;
            return chunk;
        }

        /** Waits for the next thing that happens. */
        private void fill() throws InterruptedException {
            Post old = backfill.poll();
            if (old != null) {
                send(old);
                return;
            }
            Trouble trouble = silent ? null : troubles.peekFirst();
            Instant at = silent ? Instant.MAX : lastSent.plus(KEEP_ALIVE);
            Instant due = silent || post == posts.size() ? Instant.MAX : posts.get(post).delivered;
            at = due.isBefore(at) ? due : at;
            at = trouble != null && trouble.at.isBefore(at) ? trouble.at : at;
            at = crash.isBefore(at) ? crash : at;
            if (time.tickBefore(at)) {
                return;
            }
            time.advanceTo(at);
            if (at.equals(crash)) {
                throw new CrashError();
            }
            if (trouble != null && !trouble.at.isAfter(time.now())) {
                troubles.removeFirst();
                if (trouble.until.isAfter(time.now())) {
                    troubles.addFirst(new Trouble(trouble.at, trouble.by, trouble.until, trouble.outage));
                }
                breakBy(trouble.by);
            } else if (at.equals(due)) {
                send(posts.get(post++));
            } else {
                bytes("\r\n");
            }
        }

        private void send(Post sending) {
            sent.add(sending.id);
            sends++;
            bytes(sending.frame());
        }

        private void breakBy(Break by) {
            switch (by) {
                case END -> ended = true;
                case RESET -> broken = true;
                case CUT -> {
                    String frame = new Post(1, time.now(), time.now()).frame();
                    bytes(frame.substring(0, frame.length() / 2));
                    broken = true;
                }
                case STALL -> silent = true;
                case MESSAGE -> {
                    bytes("{\"errors\":[{\"title\":\"operational-disconnect\",\"disconnect_type\":\"UpstreamOperational"
                            + "Disconnect\",\"type\":\"https://api.x.com/2/problems/operational-disconnect\"}]}\r\n");
                    silent = true;
                }
            }
        }

        private void bytes(String text) {
            pending = text.getBytes(StandardCharsets.UTF_8);
            next = 0;
            lastSent = time.now();
        }
    }
}
