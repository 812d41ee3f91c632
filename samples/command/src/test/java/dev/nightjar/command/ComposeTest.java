/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * What can be told of samples/compose without a Docker: that it is a compose file, that nothing in it floats, and that
 * none of its ports is open to others. The schema is the one of
 * docker-compose 1.29.2 (Apache-2.0) without its identifiers, of which it has more than a draft
 * allows, and without the format of durations, which is Go's.
 */
class ComposeTest {
    private static final Path FOLDER = Path.of("../compose");
    private static final Pattern PINNED = Pattern.compile("[\\w./-]+:v?\\d+\\.\\d+[\\w.-]*");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)");

    @Test
    void itIsAComposeFile() throws IOException {
        try (InputStream schema = ComposeTest.class.getResourceAsStream("compose_spec.json")) {
            assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
                            .getSchema(schema)
                            .validate(compose()))
                    .isEmpty();
        }
    }

    @Test
    void everyServiceIsPinnedWatchedKeptAndOnThisMachineAlone() throws IOException {
        JsonNode compose = compose();
        assertThat(compose.get("services").properties())
                .hasSizeGreaterThanOrEqualTo(9)
                .allSatisfy(service -> {
                    JsonNode of = service.getValue();
                    assertThat(of.path("image").asText()).matches(PINNED);
                    assertThat(of.path("healthcheck").path("test").path(0).asText())
                            .isEqualTo("CMD");
                    assertThat(of.path("profiles")).isNotEmpty();
                    assertThat(of.path("ports")).isNotEmpty();
                    of.get("ports").forEach(port -> assertThat(port.asText()).matches("127\\.0\\.0\\.1:\\d+:\\d+"));
                    String volume = of.path("volumes").path(0).asText().replaceAll(":.*", "");
                    assertThat(compose.get("volumes").has(volume)).as(volume).isTrue();
                    of.path("environment").properties().forEach(variable -> {
                        if (variable.getKey().matches(".*(PASSWORD|TOKEN)$")
                                && !variable.getKey().contains("RANDOM")) {
                            assertThat(variable.getValue().asText()).startsWith("${");
                        }
                    });
                });
    }

    @Test
    void theExampleHasEachVariableAndNoValue() throws IOException {
        String example = Files.readString(FOLDER.resolve(".env.example"));
        Set<String> used = found(VARIABLE, Files.readString(FOLDER.resolve("compose.yaml")));
        assertThat(found(Pattern.compile("(?m)^(\\w+)=$"), example)).isEqualTo(used);
        assertThat(example.lines().filter(line -> !line.startsWith("#"))).hasSize(used.size());
    }

    @Test
    void theReadmeNamesEachProfile() throws IOException {
        String readme = Files.readString(FOLDER.resolve("README.md"));
        Set<String> profiles = new TreeSet<>();
        compose()
                .get("services")
                .forEach(service -> service.get("profiles").forEach(name -> profiles.add(name.asText())));
        assertThat(found(Pattern.compile("--profile (\\w+)"), readme)).isEqualTo(profiles);
    }

    private static JsonNode compose() throws IOException {
        Object yaml = new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(Files.readString(FOLDER.resolve("compose.yaml")));
        return new ObjectMapper().valueToTree(yaml);
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
