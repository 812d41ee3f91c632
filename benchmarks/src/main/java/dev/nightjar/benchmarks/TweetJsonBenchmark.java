/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import com.alibaba.fastjson2.JSON;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import dev.nightjar.Tweet;
import dev.nightjar.TweetSource;
import dev.nightjar.json.TweetJson;
import dev.nightjar.json.XJson;
import dev.nightjar.kafka.TweetSerde;
import dev.nightjar.source.replay.ReplayConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Tweets per second from and to JSON in UTF-8. The other libraries bind a class with all the fields that a tweet has; they check
 * nothing of what Nightjar's reader checks, such as ids, lengths, double keys and the kinds of references.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
public class TweetJsonBenchmark {
    private static final int TWEETS = 500;

    private final ObjectMapper jackson = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .setSerializationInclusion(JsonInclude.Include.NON_NULL);
    private final Gson gson =
            new GsonBuilder().registerTypeAdapter(Instant.class, new Time()).create();
    private final TweetSerde serde = new TweetSerde();

    private List<Tweet> tweets = List.of();
    private List<byte[]> lines = List.of();
    private final List<Plain> plain = new ArrayList<>();

    /** A tweet as a library that binds classes reads it; the names are those in JSON. */
    @SuppressWarnings("checkstyle:MemberName")
    public static final class Plain {
        public String id;
        public String text;
        public Instant created_at;
        public String lang;
        public Person author;
        public Entities entities;
        public Metrics public_metrics;
        public List<Reference> referenced_tweets;
        public String source;

        /** Who wrote it. */
        public static final class Person {
            public String id;
            public String username;
            public String name;
            public Followers public_metrics;
        }

        /** How many follow somebody. */
        public static final class Followers {
            public Long followers_count;
        }

        /** What is marked in a text. */
        public static final class Entities {
            public List<Mark> hashtags;
            public List<Mark> mentions;
            public List<Mark> urls;
        }

        /** One mark. */
        public static final class Mark {
            public Integer start;
            public Integer end;
            public String tag;
            public String username;
            public String expanded_url;
        }

        /** How often something was done to it. */
        public static final class Metrics {
            public Long retweet_count;
            public Long reply_count;
            public Long like_count;
            public Long quote_count;
            public Long impression_count;
            public Long bookmark_count;
        }

        /** Another tweet. */
        public static final class Reference {
            public String type;
            public String id;
        }
    }

    private static final class Time extends TypeAdapter<Instant> {
        @Override
        public void write(JsonWriter out, Instant time) throws IOException {
            out.value(time.toString());
        }

        @Override
        public Instant read(JsonReader in) throws IOException {
            return Instant.parse(in.nextString());
        }
    }

    /** Makes the tweets, and fails unless all libraries read the same from them. */
    @Setup
    public void write() throws InterruptedException, IOException {
        try (TweetSource source = ReplayConfig.synthetic()
                .seed(SyntheticTexts.SEED)
                .count(TWEETS)
                .batchSize(TWEETS)
                .build()
                .open()) {
            tweets = source.poll(Duration.ofSeconds(10)).tweets();
        }
        lines = tweets.stream().map(TweetJson::toBytes).toList();
        for (byte[] line : lines) {
            Plain tweet = jackson.readValue(line, Plain.class);
            String same = jackson.writeValueAsString(tweet);
            boolean alike = same.equals(jackson.writeValueAsString(JSON.parseObject(line, Plain.class)))
                    && same.equals(jackson.writeValueAsString(
                            gson.fromJson(new String(line, StandardCharsets.UTF_8), Plain.class)));
            if (!alike) {
                throw new IllegalStateException("The libraries read different tweets");
            }
            plain.add(tweet);
        }
    }

    @Benchmark
    @OperationsPerInvocation(TWEETS)
    public void writing(Blackhole hole) {
        tweets.forEach(tweet -> hole.consume(TweetJson.toBytes(tweet)));
    }

    @Benchmark
    @OperationsPerInvocation(TWEETS)
    public void writingJackson(Blackhole hole) throws IOException {
        for (Plain tweet : plain) {
            hole.consume(jackson.writeValueAsBytes(tweet));
        }
    }

    @Benchmark
    @OperationsPerInvocation(TWEETS)
    public void writingGson(Blackhole hole) {
        plain.forEach(tweet -> hole.consume(gson.toJson(tweet).getBytes(StandardCharsets.UTF_8)));
    }

    @Benchmark
    @OperationsPerInvocation(TWEETS)
    public void writingFastjson(Blackhole hole) {
        plain.forEach(tweet -> hole.consume(JSON.toJSONBytes(tweet)));
    }

    @Benchmark
    @OperationsPerInvocation(TWEETS)
    public void reading(Blackhole hole) {
        lines.forEach(line -> hole.consume(TweetJson.fromBytes(line)));
    }

    /** Any shape of the X API. */
    @Benchmark
    @OperationsPerInvocation(TWEETS)
    public void readingAnyShape(Blackhole hole) {
        lines.forEach(line -> hole.consume(XJson.read(line, "benchmark")));
    }

    /** From a record of Kafka. */
    @Benchmark
    @OperationsPerInvocation(TWEETS)
    public void readingSerde(Blackhole hole) {
        lines.forEach(line -> hole.consume(serde.deserializer().deserialize("tweets", line)));
    }

    @Benchmark
    @OperationsPerInvocation(TWEETS)
    public void readingJackson(Blackhole hole) throws IOException {
        for (byte[] line : lines) {
            hole.consume(jackson.readValue(line, Plain.class));
        }
    }

    @Benchmark
    @OperationsPerInvocation(TWEETS)
    public void readingGson(Blackhole hole) {
        lines.forEach(line -> hole.consume(gson.fromJson(new String(line, StandardCharsets.UTF_8), Plain.class)));
    }

    @Benchmark
    @OperationsPerInvocation(TWEETS)
    public void readingFastjson(Blackhole hole) {
        lines.forEach(line -> hole.consume(JSON.parseObject(line, Plain.class)));
    }
}
