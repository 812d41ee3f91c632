/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.testkit.Tweets;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextFeaturesTest {
    private static final int SEED = 42;

    private final TextFeatures features = new TextFeatures(SEED, TextFeatures.NEGATING);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "So GOOD | so good",
                "a@b @Some_One2 hi | a @user @user hi",
                "see https://t.co/xyz?a=1 and www.example.org/b. Ok | see http and http ok",
                "HTTP://EXAMPLE.ORG x | http x",
                "httpd runs | httpd runs",
                "so #Happy now | so #happy now",
                "# alone | # alone",
                "sooooo gooood!!!! 3000 | soo so good god !! 0000",
                "#sooo | #soo",
                "call 555 0199 in 2015 | call 000 0000 in 0000",
                "don\u2019t | don't",
                "don\\u2019t \\u002c ok | don't , ok",
                "\\ud83d\\ude00 | \ud83d\ude00",
                "a \\\"b\\\" c | a \" b \" c",
                "say \"\"hi\"\" | say \" hi \"",
                "a &amp;amp;lt; b &amp; c &#39;d &#x41; AT&T | a < b & c ' d a at & t",
                "\\u0026amp;gt; | >",
                "caf\u00e9 CAFE\u0301 | cafe cafe",
                "\ud83d\udc4d\ud83c\udffd\ud83d\udc4d ok | \ud83d\udc4d \ud83d\udc4d ok",
                "\ud83d\udc69\u200d\ud83d\udc67 \ud83c\uddeb\ud83c\uddf7\ud83c\uddea\ud83c\uddf8 |"
                        + " \ud83d\udc69 \ud83d\udc67 \ud83c\uddeb\ud83c\uddf7 \ud83c\uddea\ud83c\uddf8",
                "yes :D no :( I <3 it <5 | yes :d no :( i <3 it < 0",
                "well... ok\u2026 | well .. ok .",
                "\u4eca\u65e5\u306f\u3044\u3044 ok | \u4eca\u65e5\u306f\u3044\u3044 ok",
                "we\u200bird\u202e mark | weird mark",
                "\uff27\uff4f\uff4f\uff44 \ud835\uddf1\ud835\uddee\ud835\ude06 \u24d1\u24e4\u24e8 | good day buy",
                "\\ud835\\uddf1\\ud835\\uddee\\ud835\\ude06 &#x1d404;\ud83c\udd41 \u02b0\u1d49\u02e1\u1d56 x\u00b2 | day er help x \u00b2",
                "\u0967\u0968 \u0928\u092e\u0938\u094d\u0924\u0947 | 00 \u0928\u092e\u0938\u094d\u0924\u0947",
            })
    void aTextIsReadAsWords(String text, String words) {
        assertThat(words(text)).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "This is NOT a great day | this is not \u00aca \u00acgreat \u00acday",
                "I don\u2019t like the food here at all | i don't \u00aclike \u00acthe \u00acfood \u00achere at all",
                "not today, so happy | not \u00actoday , so happy",
                "no fun but great | no \u00acfun but great",
                "never\ud83d\ude00happy | never \ud83d\ude00 happy",
                "not #happy day | not #happy day",
                "not \"good\" | not \" \u00acgood \"",
                "not @owl nice | not @user \u00acnice",
                "no, not sooo bad | no , not \u00acsoo \u00acso \u00acbad",
                "never not good | never \u00acnot \u00acgood",
                "cant wait | cant \u00acwait",
                "not www.example.org 12 | not http \u00ac00",
                "n't ok tent not | n't \u00acok \u00actent \u00acnot",
            })
    void aNegationMakesOtherWordsOfTheNextFourOfItsClause(String text, String words) {
        assertThat(words(text)).isEqualTo(words);
    }

    @Test
    void thePlainVersionKnowsNoNegationAndReadsALongWordOnce() {
        TextFeatures plain = new TextFeatures(SEED, TextFeatures.PLAIN);
        plain.read("not sooo good");
        features.read("not sooo good");
        assertThat(plain.ngrams())
                .extracting(TextFeatures.Ngram::text)
                .contains("not soo", "soo good")
                .doesNotContain("soo so");
        assertThat(plain.hashes()).isNotEqualTo(features.hashes());
    }

    @Test
    void aTextWithoutWordsHasNoFeatures() {
        for (String blank : List.of("", " ", "\t\r\n", "\u200b\u200d\ufe0f", "\u0000", "\u3000\u2028", "\u0301")) {
            features.read(blank);
            assertThat(features.count()).isZero();
            assertThat(features.ngrams()).isEmpty();
        }
    }

    @Test
    void theNgramsAreThoseOfWordsAndOfCharactersWithTheSpacesAround() {
        features.read("Hi @you");
        assertThat(features.ngrams().stream().filter(ngram -> !ngram.ofCharacters()))
                .extracting(TextFeatures.Ngram::text)
                .containsExactly("hi", "@user", "hi @user");
        assertThat(features.ngrams().stream().filter(TextFeatures.Ngram::ofCharacters))
                .extracting(TextFeatures.Ngram::text)
                .containsExactly(" h", " hi", " hi ", "hi", "hi ", "i ");
    }

    @Test
    void eachNgramIsHashedByMurmurHash3() {
        assertThat(murmur3("test".getBytes(StandardCharsets.UTF_8), 0)).isEqualTo(0xba6bd213);
        List<String> texts = new ArrayList<>(Tweets.hostileTexts());
        texts.addAll(randomTexts());
        for (String text : texts) {
            features.read(text);
            int[] hashes = Arrays.copyOf(features.hashes(), features.count());
            int[] expected = features.ngrams().stream()
                    .limit(2_000)
                    .mapToInt(ngram -> murmur3(utf32(ngram.text()), ngram.ofCharacters() ? SEED + 1 : SEED))
                    .toArray();
            assertThat(features.ngrams().stream().limit(2_000).mapToInt(TextFeatures.Ngram::hash))
                    .containsExactly(Arrays.stream(expected).boxed().toArray(Integer[]::new));
            int[] listed = features.ngrams().stream()
                    .mapToInt(TextFeatures.Ngram::hash)
                    .toArray();
            Arrays.sort(hashes);
            Arrays.sort(listed);
            assertThat(hashes).isEqualTo(listed);
        }
    }

    @Test
    void whatWasReadBeforeDoesNotMatter() {
        TextFeatures fresh = new TextFeatures(SEED, TextFeatures.NEGATING);
        fresh.read("the same text");
        features.read("x".repeat(25_000));
        features.read("@".repeat(25_000));
        features.read("the same text");
        assertThat(Arrays.copyOf(features.hashes(), features.count()))
                .isEqualTo(Arrays.copyOf(fresh.hashes(), fresh.count()));
    }

    @Test
    void anotherSeedGivesOtherHashes() {
        TextFeatures other = new TextFeatures(SEED + 7, TextFeatures.NEGATING);
        features.read("the same text");
        other.read("the same text");
        assertThat(Arrays.copyOf(features.hashes(), features.count()))
                .doesNotContain(Arrays.copyOf(other.hashes(), other.count()));
    }

    /** The words with one space between. */
    private String words(String text) {
        features.read(text);
        List<TextFeatures.Ngram> words = features.ngrams().stream()
                .filter(ngram -> !ngram.ofCharacters() && !ngram.text().contains(" "))
                .toList();
        return String.join(" ", words.stream().map(TextFeatures.Ngram::text).toList());
    }

    private static List<String> randomTexts() {
        Random random = new Random(11);
        String alphabet =
                "ab\u00c9\u0301 no @#&;\\u0041\"':D<3!..\ud83d\ude00\ud83c\uddeb\u200d\u0928\u094d_7http://www. ";
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(60); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            texts.add(text.toString());
        }
        return texts;
    }

    private static byte[] utf32(String text) {
        ByteBuffer bytes = ByteBuffer.allocate(text.codePointCount(0, text.length()) * Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        int added = 0;
        for (int c : text.codePoints().toArray()) {
            added = c == '\u00ac' ? TextFeatures.NEGATED : c == ' ' ? 0 : added;
            if (c != '\u00ac') {
                bytes.putInt(c + added);
            }
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    /** MurmurHash3_x86_32 as published, for whole blocks of four bytes. */
    private static int murmur3(byte[] bytes, int seed) {
        ByteBuffer blocks = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int h1 = seed;
        while (blocks.hasRemaining()) {
            int k1 = blocks.getInt();
            k1 *= 0xcc9e2d51;
            k1 = (k1 << 15) | (k1 >>> 17);
            k1 *= 0x1b873593;
            h1 ^= k1;
            h1 = (h1 << 13) | (h1 >>> 19);
            h1 = h1 * 5 + 0xe6546b64;
        }
        h1 ^= bytes.length;
        h1 ^= h1 >>> 16;
        h1 *= 0x85ebca6b;
        h1 ^= h1 >>> 13;
        h1 *= 0xc2b2ae35;
        h1 ^= h1 >>> 16;
        return h1;
    }
}
