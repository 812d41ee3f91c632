/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static org.awaitility.Awaitility.await;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.NightjarException;
import dev.nightjar.delivery.DeliveryBuilder;
import dev.nightjar.delivery.DeliveryMetrics;
import dev.nightjar.delivery.FrontDoorContract;
import dev.nightjar.delivery.Ledger;
import dev.nightjar.testkit.EmbeddedKafka;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

@Timeout(120) // a defect ends as a failure
class KafkaFrontDoorIT extends FrontDoorContract {
    private static EmbeddedKafka broker;
    private static KafkaConfig kafka;

    private KafkaPipeline pipeline;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedKafka.start();
        kafka = KafkaConfig.of(broker.bootstrapServers());
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Override
    protected Ledger deliver(String topic, List<Given> records, Consumer<DeliveryBuilder<ClassifiedTweet, ?>> setUp)
            throws Exception {
        KafkaPipeline.Builder builder =
                KafkaPipeline.builder(kafka, topic, topic).classifier("emotion", emotion());
        setUp.accept(builder);
        pipeline = builder.build();
        TopicProbe probe = TopicProbe.create(kafka, topic, 1);
        probe.sendRecords(records.stream()
                .map(record -> new ProducerRecord<>(topic, record.key(), record.value()))
                .toList());
        CompletableFuture<Void> run = Background.run(pipeline::run);
        await().atMost(Duration.ofSeconds(60)).until(() -> run.isDone() || probe.lag(topic) == 0);
        pipeline.close();
        try {
            run.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof NightjarException typed ? typed : e;
        }
        return pipeline.counts();
    }

    @Override
    protected DeliveryMetrics metrics() {
        return pipeline.metrics();
    }

    @Override
    protected String origin(String topic, long offset) {
        return topic + "-0-" + offset;
    }

    @Override
    protected String records(String topic) {
        return "records of the topic '" + topic + "'";
    }
}
