/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The last step of the site, for {@code java Finish.java FOLDER}: gives headings the anchors that a forge gives them, since
 * links are written for both, adds a search, and fails if a link leads nowhere.
 */
final class Finish {
    private static final Pattern HEADING = Pattern.compile("<h([1-6])>(.*?)</h\\1>", Pattern.DOTALL);
    private static final Pattern SECTION = Pattern.compile("<h[1-6] id=\"([^\"]*)\">(.*?)</h[1-6]>(.*?)(?=<h[1-6] id=|</main>)", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("(?:href|src)=\"([^\"]*)\"");
    private static final Pattern ANCHOR = Pattern.compile("\\b(?:id|name)=\"([^\"]+)\"");

    private Finish() {}

    public static void main(String... arguments) throws IOException {
        Path site = Path.of(arguments[0]);
        Map<Path, String> pages = new HashMap<>();
        try (Stream<Path> files = Files.walk(site)) {
            for (Path file : files.filter(Finish::isPage).toList()) {
                String page = anchored(Files.readString(file));
                if (!page.contains("search.js")) { // Maven leaves the page of a document alone that has not changed
                    page = page.replace("</head>", scripts(site, file) + "</head>");
                }
                Files.writeString(file, page);
                pages.put(file.normalize(), page);
            }
        }
        Files.writeString(site.resolve("js/sections.js"), sections(site, pages));
        List<String> broken = new ArrayList<>();
        pages.forEach((file, page) -> LINK.matcher(page).results().map(link -> link.group(1)).forEach(link -> {
            if (!leadsSomewhere(file, link, pages)) {
                broken.add(site.relativize(file) + ": " + link);
            }
        }));
        if (pages.isEmpty() || !broken.isEmpty()) {
            broken.stream().sorted().forEach(System.err::println);
            System.err.println(broken.size() + " links of " + pages.size() + " pages lead nowhere");
            System.exit(1);
        }
    }

    /** Javadoc checks its own links. */
    private static boolean isPage(Path file) {
        return file.toString().endsWith(".html")
                && (!file.toString().contains("apidocs") || file.endsWith("apidocs/index.html"));
    }

    private static String anchored(String page) {
        Set<String> taken = new HashSet<>();
        return HEADING.matcher(page).replaceAll(heading -> Matcher.quoteReplacement(anchored(heading, taken)));
    }

    private static String anchored(MatchResult heading, Set<String> taken) {
        String words = heading.group(2)
                .replaceAll("<[^>]*>", "")
                .replaceAll("&[a-z#0-9]+;", "")
                .strip()
                .toLowerCase()
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
        String anchor = words;
        for (int number = 1; !taken.add(anchor); number++) {
            anchor = words + '-' + number;
        }
        return "<h" + heading.group(1) + " id=\"" + anchor + "\">" + heading.group(2) + "</h" + heading.group(1) + '>';
    }

    private static String scripts(Path site, Path page) {
        String root = "../".repeat(site.relativize(page).getNameCount() - 1);
        return "<script src=\"" + root + "js/sections.js\" defer></script>\n<script src=\"" + root
                + "js/search.js\" data-root=\"" + root + "\" defer></script>\n";
    }

    /** Address, title and text of each section of each page, as a script: a page from a disk may fetch nothing else. */
    private static String sections(Path site, Map<Path, String> pages) {
        List<String> sections = new ArrayList<>();
        pages.forEach((file, page) -> SECTION.matcher(page).results().forEach(section -> sections.add('['
                + quoted(site.normalize().relativize(file).toString().replace('\\', '/') + '#' + section.group(1)) + ','
                + quoted(plain(section.group(2))) + ',' + quoted(plain(section.group(3))) + ']')));
        return sections.stream().sorted().collect(Collectors.joining(",\n", "window.sections=[", "];\n"));
    }

    private static String plain(String html) {
        return Pattern.compile("&#x([0-9a-f]+);")
                .matcher(html.replaceAll("<[^>]*>", " "))
                .replaceAll(code -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(code.group(1), 16))))
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&amp;", "&")
                .replaceAll("\\s+", " ")
                .strip();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("<", "\\u003c") + '"';
    }

    private static boolean leadsSomewhere(Path page, String link, Map<Path, String> pages) {
        if (link.matches("[a-z]+:.*")) {
            return true;
        }
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        if (!Files.isRegularFile(target)) {
            return false;
        }
        return parts.length < 2
                || parts[1].isEmpty()
                || !pages.containsKey(target)
                || ANCHOR.matcher(pages.get(target)).results().anyMatch(anchor -> anchor.group(1).equals(parts[1]));
    }
}
