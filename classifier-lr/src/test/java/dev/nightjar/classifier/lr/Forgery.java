/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A model's file with other numbers in it, and the digest that goes with these. */
final class Forgery {
    private static final Pattern DIGESTS = Pattern.compile("of its content is ([0-9a-f]{64}), it says ([0-9a-f]{64})");

    private Forgery() {}

    /**
     * Changes the little-endian numbers of a field of base64.
     *
     * @param change writes into the numbers, or limits them
     */
    static byte[] of(LinearModelContract<?, ?> of, String field, Consumer<ByteBuffer> change) {
        String text = new String(of.model().json(), StandardCharsets.UTF_8);
        Matcher value = Pattern.compile('"' + field + "\" : \"([^\"]*)\"").matcher(text);
        assertThat(value.find()).isTrue();
        ByteBuffer numbers =
                ByteBuffer.wrap(Base64.getDecoder().decode(value.group(1))).order(ByteOrder.LITTLE_ENDIAN);
        change.accept(numbers);
        String forged = text.substring(0, value.start(1))
                + Base64.getEncoder().encodeToString(Arrays.copyOf(numbers.array(), numbers.limit()))
                + text.substring(value.end(1));
        byte[] damaged = forged.getBytes(StandardCharsets.UTF_8);
        Throwable refusal = catchThrowable(() -> of.read(damaged, "'damaged.json'"));
        Matcher digests = DIGESTS.matcher(refusal.getMessage());
        assertThat(digests.find()).isTrue();
        return forged.replace(digests.group(2), digests.group(1)).getBytes(StandardCharsets.UTF_8);
    }
}
