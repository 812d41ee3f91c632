/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.DeadLetter;
import dev.nightjar.RetriableException;
import dev.nightjar.Sink;
import dev.nightjar.SinkFactory;
import dev.nightjar.WireName;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Keeps {@linkplain DeadLetter dead letters} in a Kafka topic: the value is the record's original bytes, the key is its
 * origin, and the headers of {@link KafkaHeaders} say what is wrong with it. A batch is written when all replicas have
 * it.
 *
 * <p>A topic cannot replace a record: a dead letter written twice is in it twice under the same key, and readers keep
 * the last. Opening makes the topic if it is missing, with one partition and without an end to its retention.
 *
 * <p>Bytes that exceed {@link Builder#maxRecordBytes} are cut to their first {@value #CUT_LENGTH}, with their number in
 * {@link KafkaHeaders#ERROR_LENGTH}: a dead letter never stops the stream because of its size.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class KafkaDeadLetters extends Configuration implements SinkFactory<DeadLetter> {
    /** How many bytes are kept of a dead letter that is too large. */
    public static final int CUT_LENGTH = 64 * 1024;

    static final Options OPTIONS = Options.of("kafka-dead-letters").addAll(KafkaConfig.OPTIONS);
    static final Option<String> TOPIC =
            OPTIONS.add(KafkaConfig.topic("the topic that takes the dead letters; made if it is missing"));
    static final Option<Integer> MAX_RECORD_BYTES = OPTIONS.add(Option.integer(
                    "max-record-bytes", 2 * CUT_LENGTH, Integer.MAX_VALUE)
            .defaultTo(1024 * 1024 + 64 * 1024)
            .means("the largest record in bytes, headers included: that of the topics that dead letters come from,"
                    + " and 64 KiB more"));

    private static final long serialVersionUID = 1L;

    private static final int MAX_MESSAGE_BYTES = 4096;

    /** The origin of a record of a topic; no file's line has this form, since it has a colon. */
    private static final Pattern RECORD = Pattern.compile("([a-zA-Z0-9._-]{1,249})-([0-9]{1,10})-([0-9]{1,19})");

    private KafkaDeadLetters(Builder builder) {
        super(builder);
    }

    /** Begins a configuration: the topic of a cluster that takes the dead letters. */
    public static Builder builder(KafkaConfig kafka, String topic) {
        return new Builder().setAll(kafka).set(TOPIC, topic);
    }

    /** A topic of a cluster, with every option at its default. */
    public static KafkaDeadLetters of(KafkaConfig kafka, String topic) {
        return builder(kafka, topic).build();
    }

    /**
     * Reads a configuration: {@code topic}, {@code max-record-bytes} and the options of {@link KafkaConfig#fromMap}.
     *
     * @throws ConfigException if an option is missing, malformed, unknown or refused
     */
    public static KafkaDeadLetters fromMap(Map<String, String> options) {
        return new Builder().read(options).build();
    }

    @Override
    protected Options options() {
        return OPTIONS;
    }

    /** The topic. */
    public String topic() {
        return get(TOPIC);
    }

    /**
     * Makes the topic if it is missing and returns a sink into it.
     *
     * @throws ConfigException if the cluster refuses the credentials or the topic
     * @throws RetriableException if the cluster does not answer
     */
    @Override
    public Sink<DeadLetter> open() {
        KafkaConfig kafka = KafkaConfig.of(this);
        int maxRecordBytes = get(MAX_RECORD_BYTES);
        try (KafkaTopics topics = KafkaTopics.open(kafka)) {
            if (!topics.exists(topic())) {
                topics.ensure(
                        topic(),
                        1,
                        -1,
                        Map.of(
                                TopicConfig.RETENTION_MS_CONFIG,
                                "-1",
                                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                                Integer.toString(maxRecordBytes)));
            }
        }
        return new DeadLetterSink(
                AckedProducer.open(kafka, Map.of(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxRecordBytes)), topic());
    }

    /**
     * Reads a dead letter back from its topic. The message may have been shortened, and so may bytes that were too
     * large.
     *
     * @throws DataException if the record is not a dead letter
     */
    public static DeadLetter decode(ConsumerRecord<byte[], byte[]> kept) {
        String stage = header(kept.headers(), KafkaHeaders.ERROR_STAGE);
        byte[] key = kept.key();
        byte[] value = kept.value();
        if (key == null || value == null) {
            throw notADeadLetter(kept, null);
        }
        try {
            return new DeadLetter(
                    WireName.parseKebab(DeadLetter.Stage.class, stage),
                    header(kept.headers(), KafkaHeaders.ERROR_CODE),
                    header(kept.headers(), KafkaHeaders.ERROR_MESSAGE),
                    new String(key, UTF_8),
                    value);
        } catch (IllegalArgumentException e) {
            throw notADeadLetter(kept, e);
        }
    }

    private static String header(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null ? "" : new String(header.value(), UTF_8);
    }

    private static DataException notADeadLetter(ConsumerRecord<?, ?> record, @Nullable Throwable cause) {
        return new DataException(
                "no-dead-letter",
                "The record " + origin(record) + " has no header '" + KafkaHeaders.ERROR_STAGE + "' of a dead letter",
                cause);
    }

    /** Where a record stands, as the origin of a dead letter. */
    static String origin(ConsumerRecord<?, ?> record) {
        return DeadLetter.origin(record.topic(), record.partition(), record.offset());
    }

    record DeadLetterSink(AckedProducer producer, String topic) implements Sink<DeadLetter> {
        @Override
        public void write(List<DeadLetter> batch) {
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(batch.size());
            batch.forEach(letter -> records.add(record(letter, letter.original())));
            List<ProducerRecord<byte[], byte[]>> cut = new ArrayList<>();
            for (int index : producer.send(records)) {
                byte[] original = batch.get(index).original();
                ProducerRecord<byte[], byte[]> record =
                        record(batch.get(index), Arrays.copyOf(original, Math.min(original.length, CUT_LENGTH)));
                put(record.headers(), KafkaHeaders.ERROR_LENGTH, Integer.toString(original.length));
                cut.add(record);
            }
            if (!producer.send(cut).isEmpty()) {
                throw new ConfigException("The topic '" + topic + "' does not even take a record of " + CUT_LENGTH
                        + " bytes and its headers; raise its max.message.bytes");
            }
        }

        private ProducerRecord<byte[], byte[]> record(DeadLetter letter, byte[] value) {
            ProducerRecord<byte[], byte[]> record =
                    new ProducerRecord<>(topic, null, letter.origin().getBytes(UTF_8), value);
            Headers headers = record.headers();
            put(headers, KafkaHeaders.ERROR_STAGE, WireName.of(letter.stage()));
            put(headers, KafkaHeaders.ERROR_CODE, letter.code());
            put(headers, KafkaHeaders.ERROR_MESSAGE, shortened(letter.message()));
            Matcher origin = RECORD.matcher(letter.origin());
            if (origin.matches()) {
                put(headers, KafkaHeaders.ERROR_TOPIC, origin.group(1));
                put(headers, KafkaHeaders.ERROR_PARTITION, origin.group(2));
                put(headers, KafkaHeaders.ERROR_OFFSET, origin.group(3));
            }
            String version = KafkaDeadLetters.class.getPackage().getImplementationVersion();
            if (version != null) {
                put(headers, KafkaHeaders.ERROR_VERSION, version);
            }
            return record;
        }

        private static void put(Headers headers, String name, String value) {
            headers.add(name, value.getBytes(UTF_8));
        }

        /** The longest beginning of a message whose UTF-8 fits. */
        private static String shortened(String message) {
            String fits = message;
            for (int excess = bytes(fits); excess > 0; excess = bytes(fits)) {
                // A character has at most three bytes.
                fits = fits.substring(0, fits.length() - Math.max(1, excess / 3));
            }
            return fits;
        }

        private static int bytes(String text) {
            return text.getBytes(UTF_8).length - MAX_MESSAGE_BYTES;
        }

        @Override
        public void close() {
            producer.close();
        }
    }

    /**
     * Collects a {@link KafkaDeadLetters}.
     *
     * <p>Confined to one thread.
     *
     * @since 0.1.0
     */
    public static final class Builder extends Configuration.Builder<KafkaDeadLetters, Builder> {
        private Builder() {
            super(OPTIONS, KafkaDeadLetters::new);
        }

        /**
         * The largest record in bytes, headers included: that of the topics that dead letters come from, and 64 KiB
         * more. At least 131,072; 1,114,112 unless set, for the 1 MiB that Kafka allows by default.
         */
        public Builder maxRecordBytes(int value) {
            return set(MAX_RECORD_BYTES, value);
        }

        @Override
        protected void check(KafkaDeadLetters config, List<String> faults) {
            KafkaConfig.check(config, faults);
        }
    }
}
