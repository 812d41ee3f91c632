/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.ConfigException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LivePageTest {
    private static final LivePage.State STATE = new LivePage.State(
            "replaying", 12, 20, 9, 2, 1, Map.of("emotion", Map.of("joy", 9L)), List.of("{\"id\":\"7\"}"));

    @Test
    void thePageItsFilesAndTheStateAreServedUnderAStrictPolicy() throws Exception {
        try (LivePage page = LivePage.open(0, () -> STATE)) {
            for (String file : List.of("", "page.js", "page.css", "state.json")) {
                HttpResponse<String> response = get(page.uri().resolve(file));
                assertThat(response.statusCode()).as(file).isEqualTo(200);
                assertThat(response.headers().firstValue("Content-Security-Policy"))
                        .as(file)
                        .hasValueSatisfying(policy -> assertThat(policy).contains("default-src 'self'"));
            }
            assertThat(get(page.uri().resolve("state.json")).body())
                    .isEqualTo("{\"phase\":\"replaying\",\"read\":12,\"expected\":20,\"stored\":9,\"deadLettered\":2,"
                            + "\"skipped\":1,\"labels\":{\"emotion\":{\"joy\":9}},\"newest\":[{\"id\":\"7\"}]}");
            assertThat(get(page.uri().resolve("../etc/passwd")).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void aTakenPortIsSaid() {
        try (LivePage first = LivePage.open(0, () -> STATE)) {
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> LivePage.open(first.uri().getPort(), () -> STATE))
                    .withMessageContaining("--port");
        }
    }

    /** What the browser does with a tweet cannot be seen from here; that markup is never made of a text can. */
    @Test
    void theScriptMakesNoMarkupOfTexts() throws Exception {
        try (LivePage page = LivePage.open(0, () -> STATE)) {
            assertThat(get(page.uri().resolve("page.js")).body())
                    .contains("textContent")
                    .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(");
        }
    }

    @Test
    void aChipNamesItsClassifierAndEachLabelHasAColour() throws Exception {
        try (LivePage page = LivePage.open(0, () -> STATE)) {
            assertThat(get(page.uri().resolve("page.js")).body())
                    .contains(
                            "`${name}: ${best ?",
                            "coloured(label, best.label)",
                            "coloured(element('progress'), label)");
        }
    }

    private static HttpResponse<String> get(URI uri) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
