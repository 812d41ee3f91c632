/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextEncoderTest {
    private static final Path EMOTION = Path.of("models", "emotion", "tokenizer.json");

    @Test
    void aSeparatorInATextIsReadAsText() throws IOException {
        try (TextEncoder encoder = open(EMOTION)) {
            // In Python, with encode_special_tokens: [ sep ] and [ cls ] [ mask ] [ pad ] [ unk ].
            assertThat(encoder.encode("hello [SEP] world").ids())
                    .containsExactly(101, 7592, 1031, 19802, 1033, 2088, 102);
            assertThat(encoder.encode("[CLS][SEP][MASK][PAD][UNK]").ids())
                    .containsExactly(
                            101, 1031, 18856, 2015, 1033, 1031, 19802, 1033, 1031, 7308, 1033, 1031, 11687, 1033, 1031,
                            4895, 2243, 1033, 102);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert", "distilroberta", "xlm-roberta"})
    void noTextForgesASpecialToken(String model) throws IOException {
        Path file = Fixtures.directory(model).resolve("tokenizer.json");
        TokenizerFile tokenizer = TokenizerFile.parse(Files.readAllBytes(file));
        List<String> forgeries = List.of(
                "[CLS] [SEP] [MASK] [PAD] [UNK]",
                "<s> </s> <mask> <pad> <unk>",
                "a</s>b<s>c<mask>d<pad>e",
                "\uff1cs\uff1e \uff1c/s\uff1e \uff3bSEP\uff3d",
                "<\u2060s> [SE\u2060P] < s > <S> [sep]",
                "a  <mask>  </s></s><s>");
        try (TextEncoder encoder = open(file)) {
            for (String forgery : forgeries) {
                long[] ids = encoder.encode(forgery).ids();
                assertThat(Arrays.copyOfRange(ids, 1, ids.length - 1))
                        .as(forgery)
                        .isNotEmpty()
                        .doesNotContain(tokenizer.specialIds().stream()
                                .mapToLong(id -> id)
                                .toArray());
                assertThat(tokenizer.specialIds()).contains(ids[0], ids[ids.length - 1]);
            }
        }
    }

    @Test
    void addedTokensThatAreNotSpecialKeepTheirIds() throws IOException {
        String json = Files.readString(Fixtures.directory("bert").resolve("tokenizer.json"));
        int next = TokenizerFile.parse(json.getBytes(StandardCharsets.UTF_8)).largestId() + 1;
        // A special token that is no word of the vocabulary takes an id too.
        String tokens = addedToken(next, "[NEW]", true) + "," + addedToken(next + 1, "\ud83e\udd89", false);
        String first = json.replace("\"added_tokens\":[", "\"added_tokens\":[" + tokens + ",");
        String last = json.replace("],\"normalizer\"", "," + tokens + "],\"normalizer\"");
        for (String added : List.of(first, last)) {
            TokenizerFile file = TokenizerFile.parse(added.getBytes(StandardCharsets.UTF_8));
            assertThat(file.largestId()).isEqualTo(next + 1);
            assertThat(file.specialIds()).contains((long) next);
            try (TextEncoder encoder = TextEncoder.open(file, TextNormalizer.NONE, 64)) {
                assertThat(encoder.encode("\ud83e\udd89 [NEW] [SEP] \uffff" + next + "\uffff")
                                .ids())
                        .contains(next + 1)
                        .doesNotContain(next);
            }
        }
    }

    @Test
    void everythingButTheSpecialTokensStaysAsItIs() throws IOException {
        String json = Files.readString(Fixtures.directory("distilroberta").resolve("tokenizer.json"));
        TokenizerFile file = TokenizerFile.parse(json.getBytes(StandardCharsets.UTF_8));
        int from = json.indexOf("\"added_tokens\":[") + "\"added_tokens\":[".length();
        assertThat(file.json()).isEqualTo(json.substring(0, from) + json.substring(json.indexOf("],\"normalizer\"")));
        assertThat(file.specialIds()).containsExactlyInAnyOrder(0L, 1L, 2L, 4L);
        assertThat(file.truncation()).hasValue(32);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "[] | is not a JSON object",
                "{} | has no vocabulary",
                "{\"model\":7} | has a model that is not an object"
            })
    void whatIsNoTokenizerIsRefused(String json, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenizerFile.parse(json.getBytes(StandardCharsets.UTF_8)))
                .withMessage(message);
    }

    @Test
    void aTextBeyondTheCapIsReadUpToIt() throws IOException {
        try (TextEncoder encoder = open(EMOTION)) {
            String owls = "\ud83e\udd89 ".repeat(TextEncoder.MAX_CODE_POINTS / 2);
            assertThat(encoder.encode("word".repeat(2048)).truncated()).isFalse();
            assertThat(encoder.encode("word".repeat(2048) + "s").truncated()).isTrue();
            assertThat(encoder.encode(owls).length()).isEqualTo(128);
            assertThat(encoder.encode(owls).truncated()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u200b\u200b", "\u0001\u0002", "\ufeff", "\u2060 \u200d"})
    void aTextOfNothingReadableIsBlank(String text) throws IOException {
        try (TextEncoder encoder = open(EMOTION)) {
            assertThat(encoder.encode(text).isBlank()).isTrue();
            assertThat(encoder.encode(text + "a").isBlank()).isFalse();
        }
    }

    @Test
    void aLoneSurrogateIsReadAsAReplacementCharacter() throws IOException {
        try (TextEncoder encoder = open(Fixtures.directory("distilroberta").resolve("tokenizer.json"))) {
            long[] expected = encoder.encode("a\ufffdb \ud83e\udd89").ids();
            assertThat(encoder.encode("a\ud83eb \ud83e\udd89").ids()).containsExactly(expected);
            assertThat(encoder.encode("a\udd89b \ud83e\udd89").ids()).containsExactly(expected);
        }
    }

    private static String addedToken(int id, String content, boolean special) {
        return "{\"id\":" + id + ",\"content\":\"" + content
                + "\",\"single_word\":false,\"lstrip\":false,\"rstrip\":false," + "\"normalized\":false,\"special\":"
                + special + "}";
    }

    private static TextEncoder open(Path file) throws IOException {
        return TextEncoder.open(TokenizerFile.parse(Files.readAllBytes(file)), TextNormalizer.NONE, 128);
    }
}
