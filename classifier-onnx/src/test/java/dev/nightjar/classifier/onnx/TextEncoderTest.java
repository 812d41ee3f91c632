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
import java.util.Set;
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
        TokenizerFile tokenizer = Fixtures.tokenizer(Files.readAllBytes(file));
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
                        .doesNotContain(
                                tokenizer.marks().stream().mapToLong(id -> id).toArray());
                assertThat(tokenizer.marks()).contains(ids[0], ids[ids.length - 1]);
            }
        }
    }

    @Test
    void addedTokensThatAreNotSpecialKeepTheirIds() throws IOException {
        String json = Files.readString(Fixtures.directory("bert").resolve("tokenizer.json"));
        int next = Fixtures.tokenizer(json.getBytes(StandardCharsets.UTF_8)).largestId() + 1;
        // A special token that is no word of the vocabulary takes an id too.
        String tokens = addedToken(next, "<eos>", true) + "," + addedToken(next + 1, "\ud83e\udd89", false);
        String first = json.replace("\"added_tokens\":[", "\"added_tokens\":[" + tokens + ",");
        String last = json.replace("],\"normalizer\"", "," + tokens + "],\"normalizer\"");
        for (String added : List.of(first, last)) {
            TokenizerFile file = Fixtures.tokenizer(added.getBytes(StandardCharsets.UTF_8));
            assertThat(file.largestId()).isEqualTo(next + 1);
            assertThat(file.marks()).contains((long) next);
            try (TextEncoder encoder = TextEncoder.open(file, TextNormalizer.NONE, 64)) {
                assertThat(encoder.encode("\ud83e\udd89 <eos> [SEP] \uffff" + next + "\uffff")
                                .ids())
                        .contains(next + 1)
                        .doesNotContain(next);
            }
        }
    }

    /** As Python's tokenizers reads them: a placeholder that a model was trained on is one token. */
    @ParameterizedTest
    @CsvSource({"bert, [SEP]", "distilroberta, </s>", "xlm-roberta, <mask>"})
    void aSpecialTokenThatMarksNothingStaysWhole(String model, String mark) throws IOException {
        String json = Files.readString(Fixtures.directory(model).resolve("tokenizer.json"));
        int largest = Fixtures.tokenizer(json.getBytes(StandardCharsets.UTF_8)).largestId();
        int next = largest + (model.equals("xlm-roberta") ? 2 : 1); // <mask> is no word of its vocabulary
        String placeholders = addedToken(next, "@USER", true)
                + ','
                + addedToken(next + 1, "HTTPURL", true)
                + ','
                + addedToken(next + 2, "<number>", true);
        String added = json.replaceFirst("],(\\s*)\"normalizer\"", ',' + placeholders + "],$1\"normalizer\"");
        TokenizerFile file = Fixtures.tokenizer(added.getBytes(StandardCharsets.UTF_8));
        assertThat(file.largestId()).isEqualTo(next + 2);
        try (TextEncoder encoder = TextEncoder.open(file, TextNormalizer.NONE, 64)) {
            long[] ids = encoder.encode("@USER late train HTTPURL " + mark + " <number>")
                    .ids();
            assertThat(ids).containsOnlyOnce(next, next + 1, next + 2);
            assertThat(Arrays.copyOfRange(ids, 1, ids.length - 1))
                    .doesNotContain(file.marks().stream().mapToLong(id -> id).toArray());
            assertThat(encoder.encode("@USER").isBlank()).isFalse();
        }
        TokenizerFile tooSmall = TokenizerFile.parse(added.getBytes(StandardCharsets.UTF_8), Set.of(), next);
        assertThat(tooSmall.largestId()).isEqualTo(largest);
        try (TextEncoder encoder = TextEncoder.open(tooSmall, TextNormalizer.NONE, 64)) {
            assertThat(encoder.encode("@USER HTTPURL").ids()).doesNotContain(next, next + 1, next + 2);
        }
    }

    @Test
    void whatConfigJsonCallsAMarkIsOne() throws IOException {
        String json = Files.readString(Fixtures.directory("distilroberta").resolve("tokenizer.json"));
        int next = Fixtures.tokenizer(json.getBytes(StandardCharsets.UTF_8)).largestId() + 1;
        byte[] added = json.replaceFirst(
                        "],(\\s*)\"normalizer\"", ',' + addedToken(next, "THE-END", true) + "],$1\"normalizer\"")
                .getBytes(StandardCharsets.UTF_8);
        assertThat(Fixtures.tokenizer(added).marks()).doesNotContain((long) next);
        TokenizerFile file = TokenizerFile.parse(added, Set.of((long) next), Integer.MAX_VALUE);
        assertThat(file.marks()).contains((long) next);
        try (TextEncoder encoder = TextEncoder.open(file, TextNormalizer.NONE, 64)) {
            assertThat(encoder.encode("so THE-END").ids()).doesNotContain(next);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "the owl is late | 0",
                "\u0e09\u0e31\u0e19\u0e40\u0e01\u0e25\u0e35\u0e22\u0e14\u0e23\u0e16\u0e44\u0e1f | 1",
                "\u0e09\u0e31\u0e19\u0e40\u0e01\u0e25\u0e35\u0e22\u0e14 !!! @owl https://x.example/a 7 | 1",
                "\ud83c\uddeb\ud83c\uddf7 \ud83c\udde9\ud83c\uddea | 1",
                "owl \u0e09\u0e31\u0e19 | 0.5",
                "so late \ud83e\udd2e \ud83e\udd2e \ud83e\udd2e \ud83e\udd2e \ud83e\udd2e | 0",
            })
    void theShareOfLettersThatAreNotKnownIsThatOfTheText(String text, double expected) throws IOException {
        try (TextEncoder encoder = open(Fixtures.directory("bert").resolve("tokenizer.json"))) {
            assertThat(encoder.encode(text).unknown()).isEqualTo(expected);
        }
        try (TextEncoder encoder = open(Fixtures.directory("distilroberta").resolve("tokenizer.json"))) {
            assertThat(encoder.encode(text).unknown()).as("bytes are all known").isZero();
        }
    }

    @Test
    void everythingButTheSpecialTokensStaysAsItIs() throws IOException {
        String json = Files.readString(Fixtures.directory("distilroberta").resolve("tokenizer.json"));
        TokenizerFile file = Fixtures.tokenizer(json.getBytes(StandardCharsets.UTF_8));
        int from = json.indexOf("\"added_tokens\":[") + "\"added_tokens\":[".length();
        assertThat(file.json()).isEqualTo(json.substring(0, from) + json.substring(json.indexOf("],\"normalizer\"")));
        assertThat(file.marks()).containsExactlyInAnyOrder(0L, 1L, 2L, 4L);
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
                .isThrownBy(() -> Fixtures.tokenizer(json.getBytes(StandardCharsets.UTF_8)))
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
        return TextEncoder.open(Fixtures.tokenizer(Files.readAllBytes(file)), TextNormalizer.NONE, 128);
    }
}
