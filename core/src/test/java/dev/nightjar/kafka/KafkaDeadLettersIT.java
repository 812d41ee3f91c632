/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.DeadLetter;
import dev.nightjar.DeadLetter.Stage;
import dev.nightjar.Sink;
import dev.nightjar.testkit.LeakCheck;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class KafkaDeadLettersIT extends WithBroker {
    @Test
    void aDeadLetterComesBackEqualOnceItIsWritten() {
        List<DeadLetter> letters = List.of(
                new DeadLetter(
                        Stage.DECODE, "bad-json", "Not JSON: \u591c", "my-tweets-3-42", new byte[] {0, -1, 10, 13}),
                new DeadLetter(Stage.SOURCE, "bad-id", "", "tweets.jsonl:17", new byte[0]));
        write("round", letters);

        assertThat(new TopicProbe(kafka, "round").deadLetters()).containsExactlyElementsOf(letters);
        List<ConsumerRecord<byte[], byte[]>> records = new TopicProbe(kafka, "round").records();
        assertThat(records.get(0).key()).isEqualTo("my-tweets-3-42".getBytes(UTF_8));
        assertThat(header(records.get(0), "nightjar.err.stage")).isEqualTo("decode");
        assertThat(header(records.get(0), "nightjar.err.topic")).isEqualTo("my-tweets");
        assertThat(header(records.get(0), "nightjar.err.partition")).isEqualTo("3");
        assertThat(header(records.get(0), "nightjar.err.offset")).isEqualTo("42");
        assertThat(records.get(1).headers().lastHeader("nightjar.err.topic")).isNull();
    }

    @Test
    void aMissingTopicIsMadeAndItsRecordsStay() throws Exception {
        write("made", List.of());
        try (var admin = org.apache.kafka.clients.admin.Admin.create(kafka.admin())) {
            var resource = new org.apache.kafka.common.config.ConfigResource(
                    org.apache.kafka.common.config.ConfigResource.Type.TOPIC, "made");
            var configs = admin.describeConfigs(List.of(resource)).all().get().get(resource);
            assertThat(configs.get("retention.ms").value()).isEqualTo("-1");
            assertThat(configs.get("max.message.bytes").value()).isEqualTo("1114112");
        }
    }

    /** Bad input 93: an exception's text of 1 MB. */
    @Test
    void aMessageOfAnyLengthIsCutTo4KiBOfUtf8() {
        write("long", List.of(letter("\u591c".repeat(1_000_000), new byte[0]), letter("x".repeat(5000), new byte[0])));
        List<ConsumerRecord<byte[], byte[]>> records = new TopicProbe(kafka, "long").records();
        assertThat(header(records.get(0), "nightjar.err.message")).isEqualTo("\u591c".repeat(4096 / 3));
        assertThat(header(records.get(1), "nightjar.err.message")).isEqualTo("x".repeat(4096));
    }

    @Test
    void theLargestRecordOfATopicFitsWhole() {
        byte[] original = new byte[1024 * 1024];
        new Random(1).nextBytes(original);
        write("largest", List.of(letter("x".repeat(4096), original)));
        assertThat(new TopicProbe(kafka, "largest").deadLetters()).containsExactly(letter("x".repeat(4096), original));
    }

    /** What is larger than the topic takes must not be written again and again for ever. */
    @Test
    void aDeadLetterThatIsTooLargeIsCutAndTheRestOfItsBatchIsWhole() {
        byte[] huge = new byte[20_000_000];
        new Random(2).nextBytes(huge);
        write("huge", List.of(letter("a", new byte[] {1}), letter("b", huge), letter("c", new byte[] {2})));

        List<ConsumerRecord<byte[], byte[]>> records = new TopicProbe(kafka, "huge").records();
        assertThat(records).hasSize(3);
        ConsumerRecord<byte[], byte[]> cut = records.get(2);
        assertThat(cut.value()).hasSize(KafkaDeadLetters.CUT_LENGTH).startsWith(java.util.Arrays.copyOf(huge, 100));
        assertThat(header(cut, "nightjar.err.length")).isEqualTo("20000000");
        assertThat(header(cut, "nightjar.err.message")).isEqualTo("b");
    }

    @Test
    void aTopicThatTakesLessThanConfiguredCutsTooAndNeverBlocks() {
        TopicProbe.create(kafka, "small", 1, Map.of("max.message.bytes", "100000"));
        byte[] original = new byte[200_000];
        new Random(3).nextBytes(original);
        write("small", List.of(letter("a", original)));
        assertThat(new TopicProbe(kafka, "small").records())
                .singleElement()
                .satisfies(record ->
                        assertThat(header(record, "nightjar.err.length")).isEqualTo("200000"));
    }

    @Test
    void manyThreadsWriteAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Sink<DeadLetter> sink = KafkaDeadLetters.of(kafka, "many").open()) {
            var writes = IntStream.range(0, 40)
                    .mapToObj(i -> threads.submit(() ->
                            sink.write(List.of(new DeadLetter(Stage.SINK, "c", "m", "t-0-" + i, new byte[] {1})))))
                    .toList();
            for (var write : writes) {
                write.get();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(new TopicProbe(kafka, "many").keys()).hasSize(40).doesNotHaveDuplicates();
    }

    @Test
    void aClosedSinkSaysSo() {
        Sink<DeadLetter> sink = KafkaDeadLetters.of(kafka, "closed").open();
        sink.close();
        sink.close();
        assertThatThrownBy(() -> sink.write(List.of(letter("m", new byte[0]))))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void openingAndClosingLeavesNothingBehind() throws Exception {
        LeakCheck.assertNothingLeaks(Duration.ofSeconds(20), () -> write("leak", List.of(letter("m", new byte[0]))));
    }

    private static DeadLetter letter(String message, byte[] original) {
        return new DeadLetter(Stage.SINK, "code", message, "t-0-1", original);
    }

    private static void write(String topic, List<DeadLetter> letters) {
        try (Sink<DeadLetter> sink = KafkaDeadLetters.of(kafka, topic).open()) {
            sink.write(letters);
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }
}
