/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows that the store in memory that most tests rely on decides as a real influxd does. */
class InfluxOracleIT {
    private static int buckets;

    private final Influxd real = Influxd.get();
    private final LineProtocolStore oracle = new LineProtocolStore();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "m,s=0 a=\"x\",n=1i,f=0.5,e=1.0E-5,b=true 100",
                "m,s=0 a=\"x\" 100\nm,s=0 a=\"y\" 100", // overwritten
                "m,s=0 a=\"x\",b=1i 100\nm,s=0 a=\"y\",c=2i 100", // merged
                "m,s=0 a=1i 100\nm,s=1 a=2i 100\nm,s=0 a=3i 101", // three identities
                "m,a=1,b=2 v=1i 1\nm,b=2,a=1 v=2i 1", // order of tags
                "m,k=a a=\"ok\" 1\nbad line\nm,k=b a=\"ok\" 2", // partial
                "m a=1i 1|m a=\"text\" 2\nm a=3i 3\nm a=0.5 4", // type conflict
                "m,k=Paris\\,l=x v=1i 1", // a backslash at the end of a tag
                "m,k=Paris\\ v=1i 1",
                "m,k=a\\\\b v=1i 1",
                "m,k=a\\ b\\,c\\=d v=1i 1",
                "m,k=\"a\" v=1i 1",
                "m,k= v=1i 1",
                "m,=x v=1i 1",
                "m,k v=1i 1",
                "m,k=a,k=b v=1i 1",
                "m,k=a=b v=1i 1",
                "#m,k=a v=1i 1", // stored nowhere, and no error
                "# nightjar",
                "",
                "m v=\"\" 1",
                "m v=\"one\ntwo\r\nthree \\\\ \\\" end \\\\\" 1",
                "m v=\"open 1",
                "m v=NaN 1",
                "m v=1.5i 1",
                "m v=01i 1",
                "m v= 1",
                "m v 1",
                "m  1",
                "m v=1i 9223372036854775806",
                "m v=1i 9223372036854775807",
                "m v=1i -9223372036854775806",
                "m v=1i -9223372036854775807",
                "m v=1i x",
                "m sco\\ re\\,a\\=b=0.5 1",
                "m emotion.score.joy=1,emotion.score=1.0 1",
                "m v=1i 1\n\n  \nm v=2i 2\n"
            })
    void bothDecideAlike(String lines) throws IOException {
        String bucket = bucket();
        for (String request : lines.split("\\|", -1)) {
            byte[] bytes = request.getBytes(StandardCharsets.UTF_8);
            Backend.Reply expected = real.write(bucket, bytes);
            Backend.Reply actual = oracle.write(bucket, bytes);
            assertThat(actual.status()).as(expected.body()).isEqualTo(expected.status());
            assertThat(kind(actual)).as(expected.body()).isEqualTo(kind(expected));
        }
        assertThat(rows(oracle, bucket)).isEqualTo(rows(real, bucket));
    }

    @Test
    void bothDropWhatIsOlderThanTheRetention() throws IOException {
        String bucket = "oracle_retention";
        real.create(bucket, 24);
        oracle.create(bucket, 24);
        long now = System.currentTimeMillis() * 1_000_000;
        byte[] bytes = ("m v=1i 1000\nm v=2i " + now + "\nm v=3i 2000").getBytes(StandardCharsets.UTF_8);
        Backend.Reply reply = real.write(bucket, bytes);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(oracle.write(bucket, bytes))
                .isEqualTo(new Backend.Reply(400, reply.body().strip()));
        assertThat(rows(oracle, bucket)).isEqualTo(rows(real, bucket)).hasSize(1);
    }

    @Test
    void bothStoreARandomSequenceOfWritesAlike() throws IOException {
        String bucket = bucket();
        Random random = new Random(11);
        for (int i = 0; i < 300; i++) {
            byte[] line = "m,s=%d,t=%d f%d=%di %d"
                    .formatted(random.nextInt(3), random.nextInt(2), random.nextInt(4), i, random.nextInt(5))
                    .getBytes(StandardCharsets.UTF_8);
            assertThat(oracle.write(bucket, line)).isEqualTo(real.write(bucket, line));
        }
        assertThat(rows(oracle, bucket)).isEqualTo(rows(real, bucket)).hasSize(30);
    }

    @Test
    void anyTextMakesOnePointThatHoldsItInTheRealOneToo() throws IOException {
        real.create("b", 0);
        LineBuilderTest.checkAnyText(real);
    }

    private String bucket() throws IOException {
        String bucket = "oracle" + buckets++;
        real.create(bucket, 0);
        oracle.create(bucket, 0);
        return bucket;
    }

    /** What the error is about, the words apart. */
    private static String kind(Backend.Reply reply) {
        return (reply.body().contains("partial write") ? "partial " : "")
                + (reply.body().contains("unable to parse") ? "unparsed " : "")
                + (reply.body().contains("field type conflict") ? "type " : "")
                + reply.body().replaceAll(".*(dropped=[0-9]+)?\"\\}\\s*$", "$1");
    }

    /** JSON does not tell 1.0 from 1. */
    private static List<Map<String, Object>> rows(Backend store, String bucket) throws IOException {
        return store.read(bucket, "m").stream()
                .map(row -> {
                    Map<String, Object> values = new HashMap<>(row.values());
                    values.replaceAll(
                            (name, value) -> value instanceof Number number ? (Object) number.doubleValue() : value);
                    values.put("time", row.time());
                    return values;
                })
                .sorted(Comparator.comparing(values -> new java.util.TreeMap<>(values).toString()))
                .toList();
    }
}
