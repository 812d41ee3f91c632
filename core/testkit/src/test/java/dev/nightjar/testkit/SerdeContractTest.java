/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.SourcePosition;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each serde with a defect fails the tests of the contract that are about it, and no other. */
class SerdeContractTest {
    @ParameterizedTest
    @EnumSource
    void eachDefectFailsWhereItShould(Defect defect) {
        Check.defect = defect;
        assertThat(ContractRun.failures(Check.class)).containsExactlyInAnyOrderElementsOf(defect.caughtBy);
    }

    static class Check implements SerdeContract<SourcePosition> {
        static volatile Defect defect = Defect.NONE;

        @Override
        public Serde<SourcePosition> serde() {
            return defect == Defect.HAS_NO_PUBLIC_CONSTRUCTOR ? new Hidden() : new Tokens();
        }

        @Override
        public List<SourcePosition> records() {
            return List.of(new SourcePosition("twelve"), new SourcePosition("\u05e9\u05dc\u05d5\u05dd \ud83e\udd89"));
        }
    }

    enum Defect {
        NONE(),
        HAS_NO_PUBLIC_CONSTRUCTOR("itHasAPublicConstructorWithoutArguments"),
        FAILS_ON_NULL("nullStaysNull"),
        WRITES_ASCII("aRecordComesBackEqual"),
        NUMBERS_ITS_WRITINGS("equalRecordsGiveEqualBytes"),
        SHOWS_THE_BYTES("malformedBytesFailWithoutShowingThem"),
        DOES_NOT_NAME_THE_TOPIC("malformedBytesFailWithoutShowingThem"),
        FAILS_LIKE_A_BUG("malformedBytesFailWithoutShowingThem", "aRecordThatIsCutShortFails"),
        TAKES_A_RECORD_THAT_IS_CUT_SHORT("aRecordThatIsCutShortFails"),
        FAILS_WHEN_CLOSED_AGAIN("closingAgainDoesNothing");

        final Set<String> caughtBy;

        Defect(String... caughtBy) {
            this.caughtBy = Set.of(caughtBy);
        }
    }

    static final class Hidden extends Tokens {
        Hidden() {}
    }

    /** A correct serde, but for its defect: {@code <token>} in UTF-8. */
    public static class Tokens implements Serde<SourcePosition> {
        private final Defect defect = Check.defect;
        private static int writings;
        private int closings;

        public Tokens() {}

        @Override
        public void close() {
            if (++closings > 1 && defect == Defect.FAILS_WHEN_CLOSED_AGAIN) {
                throw new IllegalStateException("Closed");
            }
        }

        @Override
        public Serializer<SourcePosition> serializer() {
            return (topic, position) -> {
                if (position == null && defect != Defect.FAILS_ON_NULL) {
                    return null;
                }
                String noise = defect == Defect.NUMBERS_ITS_WRITINGS ? Integer.toString(writings++ % 10) : "";
                return (noise + '<' + position.token() + '>')
                        .getBytes(defect == Defect.WRITES_ASCII ? StandardCharsets.US_ASCII : StandardCharsets.UTF_8);
            };
        }

        @Override
        public Deserializer<SourcePosition> deserializer() {
            return (topic, bytes) -> {
                if (bytes == null) {
                    return null;
                }
                String text = new String(bytes, StandardCharsets.UTF_8);
                if (defect == Defect.NUMBERS_ITS_WRITINGS) {
                    text = text.replaceAll("^[0-9]", "");
                }
                if (text.startsWith("<") && text.endsWith(">")) {
                    return new SourcePosition(text.substring(1, text.length() - 1));
                }
                if (defect == Defect.TAKES_A_RECORD_THAT_IS_CUT_SHORT && text.startsWith("<")) {
                    return SourcePosition.START;
                }
                throw switch (defect) {
                    case SHOWS_THE_BYTES -> new SerializationException("Not a token in " + topic + ": " + text);
                    case DOES_NOT_NAME_THE_TOPIC -> new SerializationException("Not a token");
                    case FAILS_LIKE_A_BUG -> new IllegalArgumentException("Not a token in " + topic);
                    default -> new SerializationException("Not a token in " + topic);
                };
            };
        }
    }
}
