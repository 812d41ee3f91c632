/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.json.TweetJson;
import dev.nightjar.options.Credential;
import dev.nightjar.testkit.EmbeddedKafka;
import dev.nightjar.testkit.InMemorySource;
import dev.nightjar.testkit.RecordingSink;
import dev.nightjar.testkit.Tweets;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A broker that asks for a password, everything logged, and neither the password nor a tweet's text anywhere. */
@Timeout(180) // a defect ends as a failure
class KafkaSecretsIT {
    private static final String SECRET = "canary-5f3a\"'\\; x=\"y";
    private static final String WRONG = "canary-wrong";
    private static final String TEXT = "canary-text";

    @Test
    void atTraceLevelNoLogAndNoErrorShowsASecretOrAText() throws Exception {
        Canaries canaries = new Canaries();
        try (EmbeddedKafka broker = EmbeddedKafka.start(Map.of(
                "listener.security.protocol.map", "CLIENT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
                "sasl.enabled.mechanisms", "PLAIN",
                "sasl.mechanism.inter.broker.protocol", "PLAIN",
                "listener.name.client.plain.sasl.jaas.config", brokerJaas()))) {
            canaries.listen();
            try {
                publishAndStore(config(broker, SECRET));
                for (Throwable refused : refusals(config(broker, WRONG))) {
                    assertThat(refused).isInstanceOf(ConfigException.class);
                    StringWriter trace = new StringWriter();
                    refused.printStackTrace(new PrintWriter(trace));
                    assertThat(trace.toString())
                            .contains("Authentication failed")
                            .doesNotContain("canary");
                }
                assertThat(Thread.getAllStackTraces().keySet())
                        .noneMatch(thread -> thread.getName().contains("canary"));
            } finally {
                canaries.stop();
            }
        }
        assertThat(canaries.events.get()).as("events logged").isGreaterThan(1000);
        assertThat(canaries.sightings).isEmpty();
    }

    /** The listener itself sees a canary, or the test above would show nothing. */
    @Test
    void aCanaryInALogIsSeen() {
        Canaries canaries = new Canaries();
        canaries.listen();
        LogManager.getLogger("some.library").trace("password={}", WRONG);
        LogManager.getLogger("some.library").trace("failed", new IllegalStateException(new RuntimeException(TEXT)));
        canaries.stop();
        assertThat(canaries.sightings).hasSize(2);
    }

    private static void publishAndStore(KafkaConfig kafka) throws Exception {
        TopicProbe topic = TopicProbe.create(kafka, "tweets", 1);
        TweetPublisher.builder(InMemorySource.of(List.of(Tweets.tweet(1, TEXT))), kafka, "tweets")
                .build()
                .run();
        topic.sendRecords(List.of(
                new ProducerRecord<>("tweets", ("{\"" + TEXT).getBytes(UTF_8)),
                new ProducerRecord<>("tweets", TweetJson.toBytes(Tweets.tweet(2, TEXT)))));
        RecordingSink.Factory<ClassifiedTweet> sink = RecordingSink.tweets("secrets");
        sink.reject(java.util.Set.of(Tweets.tweet(2).id()));
        sink.failNext(1);
        KafkaPipeline pipeline = KafkaPipeline.builder(kafka, "tweets", "g")
                .sink("main", sink)
                .deadLetters(KafkaDeadLetters.of(kafka, "dead"))
                .build();
        CompletableFuture<Void> run = Background.run(pipeline::run);
        await().atMost(Duration.ofSeconds(60)).until(() -> run.isDone() || topic.lag("g") == 0);
        pipeline.close();
        run.get(30, TimeUnit.SECONDS);
        assertThat(pipeline.counts().deadLetterCount()).isEqualTo(2);
        sink.clear();
    }

    private static List<Throwable> refusals(KafkaConfig kafka) {
        return List.of(
                catchThrowable(() -> KafkaTopics.open(kafka)),
                catchThrowable(() -> KafkaDeadLetters.of(kafka, "dead").open()),
                catchThrowable(() -> TweetPublisher.builder(InMemorySource.of(List.of()), kafka, "tweets")
                        .build()
                        .run()),
                catchThrowable(() -> {
                    try (AckedProducer producer = AckedProducer.open(kafka, Map.of())) {
                        producer.send(List.of(new ProducerRecord<>("tweets", new byte[0])));
                    }
                }));
    }

    private static KafkaConfig config(EmbeddedKafka broker, String password) {
        return KafkaConfig.builder(broker.bootstrapServers())
                .credentials("wren", Credential.literal(password))
                .property("security.protocol", "SASL_PLAINTEXT")
                .property("sasl.mechanism", "PLAIN")
                .allowInsecure()
                .build();
    }

    /** The broker signs in at itself as the one user that it knows. */
    private static String brokerJaas() {
        String client = ClientProperties.jaas("PLAIN", "wren", SECRET);
        String password = client.substring(client.indexOf("password=") + "password=".length(), client.length() - 1);
        return client.substring(0, client.length() - 1) + " user_wren=" + password + ";";
    }

    /** Everything that is logged in this JVM, whatever the level; only what holds a canary is kept. */
    private static final class Canaries extends AbstractAppender {
        private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
        private final AtomicLong events = new AtomicLong();
        private final List<String> sightings = new java.util.concurrent.CopyOnWriteArrayList<>();

        Canaries() {
            super("canaries", null, null, false, Property.EMPTY_ARRAY);
        }

        void listen() {
            start();
            // Every configured logger gives up its level, then the root takes all.
            Configurator.setAllLevels("", Level.TRACE);
            context.getConfiguration()
                    .getRootLogger()
                    .getAppenders()
                    .keySet()
                    .forEach(context.getConfiguration().getRootLogger()::removeAppender);
            context.getConfiguration().getRootLogger().addAppender(this, Level.TRACE, null);
            context.updateLoggers();
        }

        @Override
        public void append(LogEvent event) {
            events.incrementAndGet();
            StringWriter text = new StringWriter();
            text.append(event.getMessage().getFormattedMessage());
            if (event.getThrown() != null) {
                event.getThrown().printStackTrace(new PrintWriter(text));
            }
            if (text.toString().contains("canary")) {
                sightings.add(event.getLoggerName() + ": " + text);
            }
        }

        @Override
        public void stop() {
            context.reconfigure();
            super.stop();
        }
    }
}
