/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextNormalizerTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "it\\u2019s | it\u2019s",
                "\\u0041\\u0042 | AB",
                "\\ud83d\\ude02 | \ud83d\ude02",
                "\\U0041 \\u00 \\u00g1 \\ | \\U0041 \\u00 \\u00g1 \\",
                "you &amp; me | you & me",
                "you &amp;amp; me | you & me",
                "you &amp;amp;amp; me | you &amp; me",
                "&lt;3 &gt; &quot; &apos; | <3 > \" '",
                "a&nbsp;b | a\u00a0b",
                "&#39; &#x27; &#X1F602; | ' ' \ud83d\ude02",
                "&#0; &#xD800; &#x110000; &#; &#x; &nosuch; &amp | &#0; &#xD800; &#x110000; &#; &#x; &nosuch; &amp",
                "AT&T; &; & | AT&T; &; &",
                "she said \"\"no\"\" | she said \"no\"",
                "\\u0026amp;quot;\"\" | \"\"",
                "nothing to do | nothing to do",
            })
    void tweetV1UndoesWhatArchivesDo(String text, String expected) {
        assertThat(TextNormalizer.TWEET_V1.normalize(text)).isEqualTo(expected);
    }

    /** The vectors are also what the training's normaliser is checked with. */
    @Test
    void tweetV2DoesWhatTheTrainingDid() throws IOException {
        List<String> vectors = Files.readAllLines(Path.of("src/test/resources/normalizer.jsonl"));
        assertThat(vectors).hasSizeGreaterThan(40);
        for (String line : vectors) {
            Map<String, String> vector = read(line);
            assertThat(TextNormalizer.TWEET_V2.normalize(vector.get("text")))
                    .as(line)
                    .isEqualTo(vector.get("tweet-v2"));
        }
    }

    private static Map<String, String> read(String line) throws IOException {
        Map<String, String> vector = new HashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(line)) {
            parser.nextToken();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                vector.put(name, parser.nextTextValue());
            }
        }
        return vector;
    }

    @Test
    void noneLeavesTheTextAlone() {
        String text = "\\u0041 &amp; \"\"";
        assertThat(TextNormalizer.NONE.normalize(text)).isSameAs(text);
    }

    @Test
    void theyAreKnownByTheirIds() {
        assertThat(TextNormalizer.ids()).containsExactly("none", "tweet-v1", "tweet-v2");
        assertThat(TextNormalizer.byId("tweet-v1")).contains(TextNormalizer.TWEET_V1);
        assertThat(TextNormalizer.byId("TWEET_V1")).isEmpty();
    }
}
