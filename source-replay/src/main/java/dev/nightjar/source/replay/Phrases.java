/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What made-up tweets are made of, from {@code phrases.txt}, which says what stands for what. */
final class Phrases {
    private static final Map<String, List<String>> SECTIONS = read();

    static final List<Mood> MOODS = SECTIONS.keySet().stream()
            .filter(heading -> heading.startsWith("mood "))
            .map(Phrases::mood)
            .toList();
    static final List<String> THINGS = section("things");
    static final List<String> PLACES = section("places");
    static final List<String> WHENS = section("whens");
    static final List<String> TAGS = section("tags");
    static final List<String> NAMES = section("names");
    static final List<String> SURNAMES = section("surnames");

    private Phrases() {}

    /** What is said in one mood of one language, and the emoji that go with it. */
    record Mood(String lang, int weight, List<String> phrases, List<String> emoji) {}

    private static Mood mood(String heading) {
        List<String> words = List.of(heading.split(" ", -1));
        return new Mood(words.get(1), Integer.parseInt(words.get(2)), section(heading), words.subList(3, words.size()));
    }

    private static List<String> section(String heading) {
        return List.copyOf(Objects.requireNonNull(SECTIONS.get(heading), heading));
    }

    private static Map<String, List<String>> read() {
        Map<String, List<String>> sections = new LinkedHashMap<>();
        List<String> lines = new ArrayList<>();
        try (InputStream in = Objects.requireNonNull(Phrases.class.getResourceAsStream("phrases.txt"))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.lines().toList()) {
                if (line.startsWith("[")) {
                    lines = new ArrayList<>();
                    sections.put(line.substring(1, line.length() - 1), lines);
                } else if (!line.isEmpty()) {
                    lines.add(line.replace("\\n", "\n")); // before the first heading it is a comment
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sections;
    }
}
