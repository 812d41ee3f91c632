/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightjar.Author;
import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.Classifier;
import dev.nightjar.DeadLetter;
import dev.nightjar.Entity;
import dev.nightjar.RetriableException;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Tweet;
import dev.nightjar.command.dashboard.Dashboard.Status;
import dev.nightjar.command.model.Explanations;
import dev.nightjar.store.StoredTweets;
import dev.nightjar.testkit.KeywordClassifier;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page in a real browser; skipped where there is none. Pictures are left in {@code target/dashboard}. */
@Timeout(300)
class DashboardPageIT {
    private static final Instant TIME = Instant.now().minusSeconds(120);
    private static final String SCRIPT = "window.hacked = true";
    private static final List<String> HOSTILE = List.of(
            "<script>" + SCRIPT + "</script>",
            "<img src=x onerror='" + SCRIPT + "'><svg/onload='" + SCRIPT + "'>",
            "\"><iframe srcdoc='<script>parent.hacked=true</script>'></iframe>",
            "javascript:" + SCRIPT + " {{constructor.constructor('" + SCRIPT + "')()}} ${" + SCRIPT + "}",
            "</textarea></script><link rel=stylesheet href=http://evil.example/x.css><base href=http://evil.example/>",
            "\u202Eright to left\u2066\u2067 \u0000 \u0007 \uFFFD",
            "z" + "\u0300\u0335\u0489".repeat(800),
            "\uD83D\uDC69" + "\u200D\uD83D\uDC69".repeat(1_000),
            "\uFDFD".repeat(500),
            "W".repeat(25_000),
            "word ".repeat(5_000),
            "\n".repeat(3_000) + "end");

    private static Chromium browser;

    @TempDir
    private static Path profile;

    @TempDir
    private Path folder;

    private final AtomicBoolean broken = new AtomicBoolean();
    private final Explanations explanations = new Explanations(List.of(KeywordClassifier.sentiment()));
    private volatile Status status = Status.of("tweets.db");
    private StoreOfTests store;
    private Dashboard dashboard;

    @BeforeAll
    static void start() throws Exception {
        Optional<Path> executable = Chromium.find();
        assumeTrue(executable.isPresent(), "There is no chromium or google-chrome on the PATH");
        browser = Chromium.open(executable.get(), profile.resolve("profile"));
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void open() throws Exception {
        store = new StoreOfTests(folder.resolve("tweets.db"));
        dashboard = Dashboard.open(0, breakable(store.reader()), () -> status, explanations);
        browser.viewport(1280, 900, false);
        browser.scheme("light");
    }

    @AfterEach
    void close() {
        dashboard.close();
        explanations.close();
        store.close();
    }

    @Test
    void itShowsWhatIsStoredAndWhatComes() throws Exception {
        browser.visit(dashboard.uri());
        until(() -> text("#found").startsWith("Nothing is stored yet"));
        store.add(tweet(1, "What a game", "joy", "Cup"), tweet(2, "Oh no, what a shame", "sadness", "cup"));
        until(() -> count("#tweets > li") == 2);
        assertThat(text("#tweets > li")).contains("@ann", "Oh no, what a shame", "emotion", "sadness 75 %");
        assertThat(text("#stored")).isEqualTo("2");
        assertThat(text("#charts h2")).isEqualTo("Emotion");
        assertThat(text("#charts .legend")).contains("joy", "50 %", "sadness");
        assertThat(text("#hashtags")).contains("#cup", "2");
        assertThat(text("#words")).contains("game", "shame").doesNotContain("what");
        assertThat(text("#languages")).contains("English");
        assertThat(text("#models")).contains("emotion by emotion@abc123");
        assertThat(drawn("#ddcc77") && drawn("#332288"))
                .as("the last step of the chart has both labels")
                .isTrue();
        assertThat(colours(".chip .swatch")).as("the colours of two labels").doesNotHaveDuplicates();
        store.add(tweet(3, "Here it comes", "joy"));
        until(() -> count("#tweets > li") == 3 && text("#tweets > li").contains("Here it comes"));
        assertUntouched();
    }

    @Test
    void itFiltersAndSaysSo() throws Exception {
        store.add(tweet(1, "What a game", "joy", "Cup"), tweet(2, "Oh no", "sadness"), german(3));
        browser.visit(dashboard.uri());
        until(() -> count("#tweets > li") == 3);
        browser.eval("[...document.querySelectorAll('.chip')].find(c => c.textContent.includes('joy')).click()");
        until(() -> count("#tweets > li") == 1);
        assertThat(text("#tweets")).contains("What a game");
        assertThat(text("#found")).isEqualTo("All 1 of that kind among the newest 3 tweets");
        clear();
        browser.eval(
                "[...document.querySelectorAll('#languages button')].find(b => b.textContent == 'German').click()");
        until(() -> count("#tweets > li") == 1 && text("#tweets").contains("Guten Morgen"));
        clear();
        browser.eval("document.querySelector('#hashtags button').click()");
        until(() -> count("#tweets > li") == 1 && text("#tweets").contains("What a game"));
        clear();
        browser.eval("document.getElementById('text').focus()");
        for (String key : List.of("N", "O")) {
            browser.type(key);
        }
        until(() -> count("#tweets > li") == 1 && text("#tweets").contains("Oh no"));
        browser.type("x");
        until(() -> text("#found").startsWith("None of the newest 3 tweets is like that"));
        assertUntouched();
    }

    @Test
    void aTweetAndADeadLetterOpenByKeyboardAndClose() throws Exception {
        status = running(false);
        store.add(tweet(1, "What a game", "joy"));
        browser.visit(dashboard.uri());
        until(() -> count("#tweets .open") == 1 && count("#reasons button") == 1);
        browser.eval("document.querySelector('#tweets .open').focus()");
        browser.press("Enter", 13, "\r");
        until(() -> browser.eval("document.getElementById('dialog').open").asBoolean());
        assertThat(text("#dialog"))
                .contains("What a game", "@ann", "English", "by emotion@abc123", "joy", "75.0 %", "sadness", "25.0 %");
        browser.press("Escape", 27, "");
        until(() -> !browser.eval("document.getElementById('dialog').open").asBoolean());
        assertThat(browser.text("document.activeElement.textContent")).isEqualTo("Details");
        browser.eval("document.querySelector('#reasons button').click()");
        assertThat(text("#dialog")).contains("decode/bad-json", "No JSON", "tweets-0-7", "<b>{");
        assertThat(text("#lag")).isEqualTo("3tweets");
        assertThat(text("#storedNote")).isEqualTo("tweets; 12 of 20 published");
        assertUntouched();
    }

    /** The numbers are those of ExplanationTest. */
    @Test
    void anOpenTweetIsExplainedByTheModelThatGaveItsLabelAndByNoOther() throws Exception {
        try (Classifier keywords = KeywordClassifier.sentiment().open()) {
            String text = "happy I love sad";
            Tweet tweet = Tweet.builder(StoreOfTests.id(TIME, 0), text, TIME).build();
            store.add(ClassifiedTweet.of(
                    tweet,
                    Map.of(
                            "sentiment",
                            keywords.classify(text),
                            "emotion",
                            new Classification.Scored("emotion@abc123", List.of(new ScoredLabel("joy", 1)), false))));
        }
        browser.visit(dashboard.uri());
        until(() -> count("#tweets .open") == 1);
        browser.eval("document.querySelector('#tweets .open').click()");
        until(() -> count("#dialog .pieces > li") == 4);
        assertThat(text("#dialog .pieces")).isEqualTo("sad\u221222.9happy+17.1love+17.1I+0.0");
        assertThat(text("#dialog"))
                .contains("Points by which the score of positive falls without the word")
                .contains("No model at hand is the emotion@abc123 that gave this label");
        assertUntouched();
    }

    @Test
    void itPausesAndGoesOn() throws Exception {
        store.add(tweet(1, "first", "joy"));
        browser.visit(dashboard.uri());
        until(() -> count("#tweets > li") == 1);
        browser.eval("document.getElementById('pause').click()");
        store.add(tweet(2, "second", "joy"));
        until(() -> text("#notice").contains("1 tweet stored since"));
        assertThat(count("#tweets > li")).isEqualTo(1);
        assertThat(state()).isEqualTo("paused");
        browser.eval("document.getElementById('pause').click()");
        assertThat(count("#tweets > li")).isEqualTo(2);
    }

    @Test
    void aStoreThatFailsAServerThatIsGoneAndTheEndAreSaid() throws Exception {
        store.add(tweet(1, "first", "joy"));
        status = running(false);
        browser.visit(dashboard.uri());
        until(() -> state().equals("live"));
        assertThat(text("#status")).isEqualTo("Running");
        broken.set(true);
        until(() -> state().equals("fault"));
        assertThat(text("#notice")).contains("The store sleeps", "goes on by itself");
        broken.set(false);
        until(() -> state().equals("live"));
        int port = dashboard.uri().getPort();
        dashboard.close();
        until(() -> state().equals("disconnected"));
        assertThat(text("#notice")).contains("does not answer", "stored by");
        assertThat(count("#tweets > li")).as("what it showed stays").isEqualTo(1);
        dashboard = Dashboard.open(port, store.reader(), () -> status, explanations);
        until(() -> state().equals("live"));
        status = running(true);
        until(() -> state().equals("finished"));
        dashboard.close();
        until(() -> text("#notice").contains("Nightjar has ended"));
        assertThat(state()).isEqualTo("finished");
    }

    @ParameterizedTest
    @CsvSource({"1280, light", "1280, dark", "390, light", "390, dark"})
    void hostileTextsAreInertAndStayWithinThePage(int width, String scheme) throws Exception {
        browser.viewport(width, 844, width < 500);
        browser.scheme(scheme);
        status = running(false);
        IntStream.range(0, HOSTILE.size()).forEach(i -> store.add(hostile(i, HOSTILE.get(i))));
        browser.visit(dashboard.uri());
        until(() -> count("#tweets > li") == HOSTILE.size());
        assertThat(browser.eval("document.documentElement.scrollWidth").asInt()).isLessThanOrEqualTo(width);
        assertThat(browser.eval(
                                "Math.max(...[...document.querySelectorAll('#tweets > li')].map(li => li.offsetHeight))")
                        .asInt())
                .as("the height of the highest tweet")
                .isLessThan(330);
        for (int i = 0; i < HOSTILE.size(); i++) {
            browser.eval("document.querySelectorAll('#tweets .open')[" + i + "].click()");
            assertThat(browser.eval(
                                    "document.getElementById('dialog').scrollWidth <= document.getElementById('dialog').clientWidth"
                                            + " && document.getElementById('dialog').getBoundingClientRect().height <= innerHeight")
                            .asBoolean())
                    .as("the tweet " + i + " fits when it is open")
                    .isTrue();
            browser.eval("document.getElementById('dialog').close()");
        }
        assertThat(browser.eval(
                                "document.querySelectorAll('main script, main img, main iframe, main link, main base').length")
                        .asInt())
                .isZero();
        assertThat(browser.eval("'hacked' in window").asBoolean()).isFalse();
        String background = browser.text("getComputedStyle(document.body).backgroundColor");
        assertThat(background).isEqualTo(scheme.equals("dark") ? "rgb(14, 18, 25)" : "rgb(244, 245, 248)");
        assertUntouched();
        browser.screenshot(Path.of("target/dashboard/hostile-" + width + "-" + scheme + ".png"));
    }

    @ParameterizedTest
    @CsvSource({"1280, light", "390, dark"})
    void itCanBeUsedWithoutEyesOrAMouse(int width, String scheme) throws Exception {
        browser.viewport(width, 844, width < 500);
        browser.scheme(scheme);
        status = running(false);
        store.add(tweet(1, "What a game", "joy", "cup"), tweet(2, "Oh no", "sadness"), german(3));
        browser.visit(dashboard.uri());
        until(() -> count("#tweets > li") == 3);
        browser.eval(axe());
        assertThat(violations()).isEmpty();
        browser.eval("document.querySelector('#tweets .open').click()");
        assertThat(violations()).as("with a tweet open").isEmpty();
        browser.screenshot(Path.of("target/dashboard/open-" + width + "-" + scheme + ".png"));
    }

    @Test
    void aThousandTweetsASecondDoNotMakeThePageGrow() throws Exception {
        browser.visit(dashboard.uri());
        long heap = 0;
        long nodes = 0;
        for (int second = 0; second < 30; second++) {
            int first = second * 1_000; // so that the newest 50 are others each time
            ClassifiedTweet[] tweets = IntStream.range(0, 1_000)
                    .mapToObj(i -> tweet(first + i, "tweet " + i, i % 2 == 0 ? "joy" : "fear", "tag" + i))
                    .toArray(ClassifiedTweet[]::new);
            store.add(tweets);
            Thread.sleep(1_000);
            if (second == 10) {
                until(() -> count("#tweets > li") == 50);
                heap = browser.heap();
                nodes = browser.nodes();
            }
        }
        assertThat(browser.heap()).as("bytes of the scripts").isLessThan(heap + 200_000);
        // A second brings 50 tweets of some 20 nodes each.
        assertThat(browser.nodes()).as("nodes, also those that were taken out").isLessThan(nodes + 1_000);
        assertThat(count("*")).as("elements of the page").isLessThan(1_500);
        assertUntouched();
    }

    private static void clear() throws Exception {
        browser.eval("document.querySelector('#filter [type=reset]').click()");
        until(() -> count("#tweets > li") == 3);
    }

    private void assertUntouched() {
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests())
                .isNotEmpty()
                .allSatisfy(url -> assertThat(url).startsWith(dashboard.uri().toString()));
    }

    private static List<String> violations() throws Exception {
        JsonNode found = browser.eval("axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v =>"
                + " v.id + ': ' + v.nodes.map(n => n.html + ' ' + n.any.map(a => a.message)).join(' | ')))");
        return IntStream.range(0, found.size())
                .mapToObj(i -> found.get(i).asText())
                .toList();
    }

    private static String axe() throws Exception {
        try (InputStream in = DashboardPageIT.class.getResourceAsStream(
                "/META-INF/resources/webjars/axe-core/" + System.getProperty("version.axe-core") + "/axe.min.js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Status running(boolean finished) {
        return new Status(
                "tweets.db",
                finished ? "finished, all is stored" : "running",
                finished,
                12,
                20,
                3,
                1,
                Map.of("decode/bad-json", 2L),
                Map.of(
                        "decode/bad-json",
                        new DeadLetter(
                                DeadLetter.Stage.DECODE,
                                "bad-json",
                                "No JSON",
                                "tweets-0-7",
                                "<b>{".getBytes(StandardCharsets.UTF_8))));
    }

    private StoredTweets breakable(StoredTweets stored) {
        Class<?>[] types = stored.getClass().getInterfaces();
        return (StoredTweets) Proxy.newProxyInstance(getClass().getClassLoader(), types, (proxy, method, arguments) -> {
            if (broken.get()) {
                throw new RetriableException("The store sleeps.", null);
            }
            try {
                return method.invoke(stored, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }

    private static ClassifiedTweet tweet(int number, String text, String label, String... hashtags) {
        Instant time = TIME.plusMillis(number);
        return StoreOfTests.tweet(StoreOfTests.id(time, 0), time, text, label, hashtags);
    }

    private static ClassifiedTweet german(int second) {
        Instant time = TIME.plusSeconds(second);
        Tweet tweet = Tweet.builder(StoreOfTests.id(time, 0), "Guten Morgen", time)
                .lang("de")
                .build();
        return ClassifiedTweet.of(
                tweet,
                Map.of("emotion", new Classification.Rejected("emotion@abc123", Classification.Reason.UNCERTAIN)));
    }

    /** A tweet with the text in all its fields that take it. */
    private static ClassifiedTweet hostile(int number, String text) {
        Instant time = TIME.plusMillis(number);
        Tweet tweet = Tweet.builder(StoreOfTests.id(time, number % 1_000), text, time)
                .lang(text)
                .author(new Author(text, text, text, null))
                .hashtags(List.of(Entity.of(text)))
                .source(text)
                .build();
        return StoreOfTests.classified(tweet, number % 2 == 0 ? "joy" : text.strip() + "!");
    }

    private static List<String> colours(String selector) throws Exception {
        JsonNode found = browser.eval("[...document.querySelectorAll('" + selector
                + "')].map(node => getComputedStyle(node).backgroundColor)");
        return IntStream.range(0, found.size())
                .mapToObj(i -> found.get(i).asText())
                .toList();
    }

    private static boolean drawn(String colour) throws Exception {
        return browser.eval("(() => { const canvas = document.querySelector('canvas'); const pixels ="
                        + " canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;"
                        + " for (let i = 0; i < pixels.length; i += 4) if ('#' + [0, 1, 2].map(c =>"
                        + " pixels[i + c].toString(16).padStart(2, '0')).join('') === '" + colour
                        + "') return true; return false; })()")
                .asBoolean();
    }

    private static String text(String selector) throws Exception {
        return browser.text("document.querySelector('" + selector + "').textContent");
    }

    private static int count(String selector) throws Exception {
        return browser.eval("document.querySelectorAll('" + selector + "').length")
                .asInt();
    }

    private static String state() throws Exception {
        return browser.text("document.body.dataset.state");
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .until(condition);
    }
}
