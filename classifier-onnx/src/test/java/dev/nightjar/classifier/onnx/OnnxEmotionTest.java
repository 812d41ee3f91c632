/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.Classification.Reason;
import dev.nightjar.Classification.Rejected;
import dev.nightjar.Classifier;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.testkit.ClassifierContract;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bundled emotion model, from the class path. */
class OnnxEmotionTest implements ClassifierContract {
    @Override
    public ClassifierFactory factory() {
        return OnnxModels.emotion();
    }

    /** Its vocabulary has the letters of these scripts, and no words. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u041c\u043d\u0435 \u043d\u0440\u0430\u0432\u0438\u0442\u0441\u044f \u044d\u0442\u043e\u0442 \u043f\u043e\u0435\u0437\u0434!",
                "@owl \u0623\u0643\u0631\u0647 \u0647\u0630\u0627 \u0627\u0644\u0642\u0637\u0627\u0631 https://t.co/abc123",
                "\u4eca\u65e5\u306f\u3044\u3044\u5929\u6c17\u3067\u3059\u306d!!",
                "\u0928\u092e\u0938\u094d\u0924\u0947 \u0926\u0941\u0928\u093f\u092f\u093e",
                "\u0393\u03b5\u03b9\u03b1 \u03c3\u03bf\u03c5 \u03ba\u03cc\u03c3\u03bc\u03b5"
            })
    void aScriptThatItDoesNotReadHasNoLabel(String text) {
        try (Classifier classifier = factory().open()) {
            assertThat(classifier.classify(text)).isEqualTo(new Rejected(classifier.model(), Reason.UNREADABLE));
            assertThat(classifier
                            .classify("I love \u03c0 and " + text.substring(0, 3))
                            .top())
                    .isPresent();
        }
    }
}
