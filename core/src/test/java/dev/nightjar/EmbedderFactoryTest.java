/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EmbedderFactoryTest {
    private static final AtomicInteger OPENINGS = new AtomicInteger();

    @Test
    void equalFactoriesShareOneEmbedderThatNoUserCloses() {
        Embedder embedder = new Lengths("shared").shared();
        embedder.close();
        assertThat(new Lengths("shared").shared().embedAll(List.of("owl", ""))).isDeepEqualTo(new float[][] {{3}, {0}});
        assertThat(embedder.model()).isEqualTo("shared@0123456789ab");
        assertThat(embedder.dimension()).isEqualTo(1);
        assertThat(OPENINGS).hasValue(1);
    }

    /** A text's length is its vector. */
    private record Lengths(String name) implements EmbedderFactory {
        @Override
        public Embedder open() {
            OPENINGS.incrementAndGet();
            return new Embedder() {
                private boolean closed;

                @Override
                public int dimension() {
                    return 1;
                }

                @Override
                public String model() {
                    return name + "@0123456789ab";
                }

                @Override
                public float[][] embedAll(List<String> texts) {
                    if (closed) {
                        throw new IllegalStateException("The embedder is closed");
                    }
                    return texts.stream()
                            .map(text -> new float[] {text.length()})
                            .toArray(float[][]::new);
                }

                @Override
                public void close() {
                    closed = true;
                }
            };
        }
    }
}
