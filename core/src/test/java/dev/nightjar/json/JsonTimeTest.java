/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.DataException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class JsonTimeTest {
    @Test
    void aTimeIsWrittenAsTheFormatterOfTheJdkDoes() {
        DateTimeFormatter expected =
                new DateTimeFormatterBuilder().appendInstant(3).toFormatter();
        long first = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
        long last = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
        Random random = new Random(3);
        for (int i = 0; i < 100_000; i++) {
            long second = i < 2 ? (i == 0 ? first : last) : random.nextLong(first, last);
            Instant time = Instant.ofEpochSecond(second, i < 2 ? 999_000_000 : random.nextInt(1_000_000_000));
            assertThat(JsonTime.format(time)).isEqualTo(expected.format(time));
        }
    }

    @Test
    void aTimeIsReadAsTheParserOfTheJdkDoes() {
        Random random = new Random(5);
        for (int i = 0; i < 100_000; i++) {
            StringBuilder text = new StringBuilder("2024-02-29T00:00:00.000Z");
            for (int change = random.nextInt(4); change > 0; change--) {
                text.setCharAt(random.nextInt(text.length()), "0123456789-:.TZ+ \u0665".charAt(random.nextInt(18)));
            }
            assertThat(read(text, time -> JsonTime.parse(time)))
                    .as("%s", text)
                    .isEqualTo(read(text, time -> OffsetDateTime.parse(time).toInstant()));
        }
    }

    private static Optional<Instant> read(CharSequence text, Function<String, Instant> parser) {
        try {
            return Optional.of(parser.apply(text.toString()));
        } catch (DateTimeException | DataException e) {
            return Optional.empty();
        }
    }
}
