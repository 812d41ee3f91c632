/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.lr.wordlist;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.NumberOutput;
import dev.nightjar.json.JsonReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/** The file {@code model.json}: read strictly, written as Python's {@code json.dump} does. */
final class WordListJson {
    private WordListJson() {}

    /** @throws IllegalArgumentException if it is not such a file; it says why */
    static Content read(byte[] bytes) throws IOException {
        double @Nullable [] weights = null;
        @Nullable Double intercept = null;
        try (JsonParser json = JsonReader.parser(bytes)) {
            require(json.nextToken() == JsonToken.START_OBJECT, "it is not a JSON object");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                switch (field) {
                    case "weights" -> weights = numbers(json);
                    case "intercept" -> intercept = number(json, "'intercept'");
                    // Unknown fields may change the answers.
                    default -> throw new IllegalArgumentException("it has '" + field + "', which is not known");
                }
            }
            require(
                    json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null,
                    "something follows the model");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("it is not JSON: " + e.getOriginalMessage(), e);
        }
        if (weights == null || intercept == null) {
            throw new IllegalArgumentException("it lacks '" + (weights == null ? "weights" : "intercept") + "'");
        }
        return new Content(weights, intercept);
    }

    static String write(double[] weights, double intercept) {
        StringBuilder json = new StringBuilder("{\"weights\": [");
        for (int i = 0; i < weights.length; i++) {
            json.append(i == 0 ? "" : ", ").append(python(weights[i]));
        }
        return json.append("], \"intercept\": ")
                .append(python(intercept))
                .append('}')
                .toString();
    }

    /** The fewest digits that give the number again, as Python writes them. */
    static String python(double number) {
        if (number == 0) {
            return Double.toString(number);
        }
        // Double.toString gives more digits than needed before Java 19.
        BigDecimal decimal = new BigDecimal(NumberOutput.toString(number, true)).stripTrailingZeros();
        String digits = decimal.unscaledValue().abs().toString();
        int exponent = digits.length() - 1 - decimal.scale();
        if (exponent >= -4 && exponent < 16) {
            String plain = decimal.toPlainString();
            return decimal.scale() > 0 ? plain : plain + ".0";
        }
        String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        return String.format(Locale.ROOT, "%s%se%+03d", number < 0 ? "-" : "", mantissa, exponent);
    }

    private static double[] numbers(JsonParser json) throws IOException {
        require(json.currentToken() == JsonToken.START_ARRAY, "'weights' is not an array");
        DoubleStream.Builder numbers = DoubleStream.builder();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            numbers.add(number(json, "a weight"));
        }
        return numbers.build().toArray();
    }

    private static double number(JsonParser json, String what) throws IOException {
        require(json.currentToken() != null && json.currentToken().isNumeric(), what + " is not a number");
        return json.getDoubleValue();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** What the file holds. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Content(double[] weights, double intercept) {}
}
