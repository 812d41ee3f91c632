/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.DeadLetter;
import dev.nightjar.RetriableException;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import dev.nightjar.delivery.DeliverySimulation;
import dev.nightjar.delivery.SimulatedWorld;
import dev.nightjar.delivery.SimulatedWorld.Defect;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** {@link KafkaPipeline} with the clients of a broker that is simulated. */
class KafkaSimulationTest extends DeliverySimulation {
    private static final KafkaConfig NOWHERE = KafkaConfig.of("localhost:1");
    private static final TopicPartition PARTITION = new TopicPartition("tweets", 0);

    @Override
    protected void live(SimulatedWorld world) {
        int begin = world.committed();
        KafkaPipeline pipeline = KafkaPipeline.builder(NOWHERE, PARTITION.topic(), "g")
                .sink("one", world.sink(0))
                .sink("two", world.sink(1))
                .deadLetters(new DeadLetters(world))
                .deadLetterLimit(1_000, 1_000)
                .retryLimit(Duration.ZERO)
                .waitForStores(Duration.ZERO)
                .limit((long) world.end() - begin)
                .build();
        Broker broker = new Broker(world, pipeline::close);
        pipeline.consume(() -> new TopicReader(consumer(broker), PARTITION.topic(), true));
        assertThat(pipeline.counts().isBalanced()).isTrue();
        if (!broker.leftOut) {
            assertThat(pipeline.counts().in()).isEqualTo(world.end() - begin);
        }
    }

    /** Not equal to any other, so that no pipeline shares what another has opened. */
    private static final class DeadLetters implements SinkFactory<DeadLetter> {
        private static final long serialVersionUID = 1L;

        private final transient SimulatedWorld world;

        DeadLetters(SimulatedWorld world) {
            this.world = world;
        }

        @Override
        public Sink<DeadLetter> open() {
            return new KafkaDeadLetters.DeadLetterSink(new AckedProducer(producer(world)), "dead");
        }
    }

    @SuppressWarnings("unchecked") // it is one of bytes
    private static Producer<byte[], byte[]> producer(SimulatedWorld world) {
        return client(Producer.class, (method, arguments) -> switch (method) {
            case "send" -> {
                ProducerRecord<byte[], byte[]> record = (ProducerRecord<byte[], byte[]>) arguments[0];
                try {
                    world.keep(new String(record.key(), UTF_8), record.value());
                    yield CompletableFuture.completedFuture(null);
                } catch (RetriableException e) {
                    yield CompletableFuture.failedFuture(new TimeoutException(e));
                }
            }
            case "close" -> null;
            default -> throw new UnsupportedOperationException(method);
        });
    }

    @SuppressWarnings("unchecked") // it is one of bytes
    private static Consumer<byte[], byte[]> consumer(Broker broker) {
        return client(Consumer.class, (method, arguments) -> switch (method) {
            case "poll" -> broker.poll();
            case "commitSync" -> broker.commit((Map<TopicPartition, OffsetAndMetadata>) arguments[0]);
            case "committed" -> Map.of(PARTITION, new OffsetAndMetadata(broker.world.committed()));
            case "position" -> (long) broker.position;
            case "seek" -> broker.seek((long) arguments[1]);
            case "seekToBeginning" -> broker.seek(0);
            case "assignment" -> Set.of(PARTITION);
            case "currentLag" -> OptionalLong.of(broker.world.end() - broker.position);
            case "close" -> null;
            default -> throw new UnsupportedOperationException(method);
        });
    }

    /** One consumer's view of the topic. */
    private static final class Broker {
        private final SimulatedWorld world;
        private final Runnable end;
        private int position;
        private boolean leftOut;

        Broker(SimulatedWorld world, Runnable end) {
            this.world = world;
            this.end = end;
            this.position = world.committed() == 0 ? -1 : world.committed();
        }

        @SuppressWarnings("removal") // its successor is missing in the 3.9 client
        ConsumerRecords<byte[], byte[]> poll() {
            if (position < 0) {
                throw new NoOffsetForPartitionException(PARTITION);
            }
            world.rest(position);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            if (position == world.end()) {
                end.run();
                return new ConsumerRecords<>(Map.of(PARTITION, records));
            }
            if (world.fault("cannot read")) {
                throw new TimeoutException();
            }
            int from = position;
            position += world.some(from);
            for (int offset = from; offset < position; offset++) {
                SimulatedWorld.Kind kind = world.record(offset);
                records.add(new ConsumerRecord<>(PARTITION.topic(), 0, offset, kind.key(), kind.value()));
            }
            if (world.has(Defect.SWAPS_THE_RECORDS_OF_A_BATCH)) {
                Collections.reverse(records);
            }
            if (world.has(Defect.COMMITS_WHAT_IT_READS)) {
                world.commit(position);
            }
            return new ConsumerRecords<>(Map.of(PARTITION, records));
        }

        Object commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
            if (world.fault("the group goes on without this member")) {
                leftOut = true;
                throw new CommitFailedException();
            }
            asKafkaFails(() -> world.commit((int) offsets.get(PARTITION).offset()));
            return null;
        }

        Object seek(long offset) {
            if (position < 0 || !world.has(Defect.DOES_NOT_READ_AGAIN)) {
                position = (int) offset;
            }
            return null;
        }

        private static void asKafkaFails(Runnable step) {
            try {
                step.run();
            } catch (RetriableException e) {
                throw new TimeoutException(e);
            }
        }
    }

    private interface Call {
        Object with(String method, Object[] arguments);
    }

    @SuppressWarnings("unchecked") // the proxy is one
    private static <T> T client(Class<? super T> type, Call call) {
        return (T) Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call.with(method.getName(), arguments));
    }
}
