/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nightjar.ConfigException;
import dev.nightjar.RetriableException;
import dev.nightjar.options.Credential;
import dev.nightjar.source.twitter.TwitterRules.Changes;
import dev.nightjar.source.twitter.TwitterRules.Refused;
import dev.nightjar.source.twitter.testkit.FakeX;
import dev.nightjar.source.twitter.testkit.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TwitterRulesTest {
    private static final String PATH = "/2/tweets/search/stream/rules";

    private final FakeX x = FakeX.start();
    private final TwitterRules rules = TwitterApi.open(
                    TwitterCredentials.bearer(Credential.literal(x.bearerToken())), x.uri(), Duration.ZERO)
            .rules();

    @AfterEach
    void stop() {
        x.close();
    }

    @Test
    void noRulesIsAnEmptyList() {
        assertThat(rules.list()).isEmpty();
    }

    @Test
    void rulesAreAddedListedAndDeleted() {
        Changes added = rules.add(List.of(StreamRule.of("owl lang:en", "birds"), StreamRule.of("cat", null)));
        assertThat(added.added()).extracting(StreamRule::value).containsExactly("owl lang:en", "cat");
        assertThat(added.added()).allSatisfy(rule -> assertThat(rule.id()).isNotBlank());
        assertThat(rules.list()).isEqualTo(added.added());
        assertThat(rules.deleteIds(List.of(String.valueOf(added.added().get(0).id())))
                        .deleted())
                .extracting(StreamRule::value)
                .containsExactly("owl lang:en");
        assertThat(rules.deleteValues(List.of("cat")).deleted()).hasSize(1);
        assertThat(x.rules()).isEmpty();
    }

    @Test
    void aRuleThatIsThereIsASuccessAndAnotherTagIsNoticed() {
        x.addRule("owl", "birds");
        x.addRule("cat", "pets");
        Changes changes = rules.add(
                List.of(StreamRule.of("owl", "birds"), StreamRule.of("cat", "mammals"), StreamRule.of("dog", "pets")));
        assertThat(changes.isComplete()).isTrue();
        assertThat(changes.added()).extracting(StreamRule::value).containsExactly("dog");
        assertThat(changes.unchanged()).extracting(StreamRule::value).containsExactly("owl");
        assertThat(changes.otherTag()).extracting(StreamRule::tag).containsExactly("pets");
        assertThat(x.rules())
                .containsOnly(Map.entry("owl", "birds"), Map.entry("cat", "pets"), Map.entry("dog", "pets"));
    }

    @Test
    void ofAMixedBatchTheGoodRulesAreAddedAndTheOthersNamed() {
        Changes changes = rules.add(List.of(
                StreamRule.of("owl", null),
                StreamRule.of("-cat", null),
                new StreamRule(null, "x".repeat(1025), null),
                StreamRule.of("dog", null)));
        assertThat(changes.added()).extracting(StreamRule::value).containsExactly("owl", "dog");
        assertThat(changes.isComplete()).isFalse();
        assertThat(changes.refused()).extracting(Refused::kind).containsOnly("invalid-rules");
        assertThat(changes.refused()).extracting(Refused::rule).containsExactly("-cat", "x".repeat(1025));
        assertThat(changes.refused().get(0).details()).contains("positive");
    }

    @Test
    void aDryRunChecksAndLeavesNothingBehind() {
        x.addRule("old", "mine:old");
        Changes changes = rules.dryRun().add(List.of(StreamRule.of("owl", null), StreamRule.of("-cat", null)));
        assertThat(changes.added()).extracting(StreamRule::value).containsExactly("owl");
        assertThat(changes.refused()).hasSize(1);
        Changes sync = rules.dryRun().replaceTagged("mine:", List.of(StreamRule.of("new", "mine:new")));
        assertThat(sync.added()).extracting(StreamRule::value).containsExactly("new");
        assertThat(sync.deleted()).hasSize(1);
        assertThat(x.rules()).containsOnlyKeys("old");
    }

    /** "409 / rules", "unrelated tweets": leftover rules are replaced when they are ours, and only then. */
    @Test
    void ofTheRulesOnlyThoseWithTheOwnPrefixAreReplaced() {
        x.addRule("theirs", "other");
        x.addRule("untagged", null);
        x.addRule("obsolete", "mine:1");
        x.addRule("kept", "mine:2");
        x.addRule("retagged", "mine:3");
        Changes changes = rules.replaceTagged(
                "mine:",
                List.of(
                        StreamRule.of("kept", "mine:2"),
                        StreamRule.of("retagged", "mine:4"),
                        StreamRule.of("new", "mine:5"),
                        StreamRule.of("theirs", "mine:6")));
        assertThat(x.rules())
                .containsOnly(
                        Map.entry("theirs", "other"),
                        Map.entry("untagged", ""),
                        Map.entry("kept", "mine:2"),
                        Map.entry("retagged", "mine:4"),
                        Map.entry("new", "mine:5"));
        assertThat(changes.added()).extracting(StreamRule::value).containsExactlyInAnyOrder("new", "retagged");
        assertThat(changes.unchanged()).extracting(StreamRule::value).containsExactly("kept");
        assertThat(changes.otherTag()).extracting(StreamRule::value).containsExactly("theirs");
        assertThat(changes.deleted()).hasSize(2);
        int requests = x.requests().size();
        assertThat(rules.replaceTagged(
                                "mine:",
                                List.of(
                                        StreamRule.of("kept", "mine:2"),
                                        StreamRule.of("retagged", "mine:4"),
                                        StreamRule.of("new", "mine:5")))
                        .unchanged())
                .hasSize(3);
        assertThat(x.requests()).as("nothing to do is one look").hasSize(requests + 1);
    }

    @Test
    void addingWhatIsMissingDeletesNothing() {
        x.addRule("theirs", "other");
        rules.addMissing(List.of(StreamRule.of("owl", "birds"), StreamRule.of("theirs", "other")));
        assertThat(x.rules()).containsOnlyKeys("theirs", "owl");
    }

    @Test
    void replacingAllLeavesTheWantedOnes() {
        x.addRule("theirs", "other");
        x.addRule("owl", "old");
        rules.replaceAll(List.of(StreamRule.of("owl", "birds")));
        assertThat(x.rules()).containsOnly(Map.entry("owl", "birds"));
        rules.replaceAll(List.of());
        assertThat(x.rules()).isEmpty();
    }

    @Test
    void aFullSetOfRulesIsReplacedInSpiteOfTheCap() {
        List<StreamRule> first = numbered("a");
        List<StreamRule> second = numbered("b");
        assertThat(rules.add(first).added()).hasSize(1000);
        Changes changes = rules.replaceAll(second);
        assertThat(changes.isComplete()).isTrue();
        assertThat(rules.list())
                .extracting(StreamRule::value)
                .containsExactlyInAnyOrderElementsOf(
                        second.stream().map(StreamRule::value).toList());
        assertThat(rules.add(List.of(StreamRule.of("one more", null))).refused())
                .extracting(Refused::kind)
                .containsExactly("rule-cap");
    }

    @Test
    void aRuleThatIsNotThereCannotBeDeleted() {
        Changes changes = rules.deleteIds(List.of("123"));
        assertThat(changes.deleted()).isEmpty();
        assertThat(changes.refused()).extracting(Refused::rule).containsExactly("123");
    }

    /** X answers with status 200, counts, and does not say which of them. */
    @Test
    void ofSeveralRulesItIsKnownWhichXDidNotDelete() {
        List.of("owl", "cat", "dog").forEach(value -> x.addRule(value, "mine:"));
        x.keepRule("cat");
        Changes changes = rules.deleteValues(List.of("owl", "cat", "dog", "emu"));
        assertThat(changes.deleted()).extracting(StreamRule::value).containsExactly("owl", "dog");
        assertThat(changes.refused()).extracting(Refused::rule).containsExactly("cat", "emu");
        assertThat(changes.refused()).extracting(Refused::kind).containsExactly("invalid-request", "not-there");
        assertThat(x.rules()).containsOnlyKeys("cat");
    }

    @Test
    void aRefusedDeletionOfASyncIsNotCalledDeleted() {
        x.addRule("obsolete", "mine:1");
        x.addRule("old", "mine:2");
        x.keepRule("obsolete");
        Changes changes = rules.replaceTagged("mine:", List.of(StreamRule.of("new", "mine:3")));
        assertThat(changes.added()).extracting(StreamRule::value).containsExactly("new");
        assertThat(changes.deleted()).extracting(StreamRule::value).containsExactly("old");
        assertThat(changes.refused()).extracting(Refused::rule).containsExactly("obsolete");
        assertThat(changes.isComplete()).isFalse();
    }

    /** The one that it names was not deleted; nothing else speaks of the others. */
    @Test
    void anAnswerWithoutASummaryIsHeldAgainstTheListOfRules() {
        x.addRule("owl", null);
        x.addRule("cat", null);
        List<StreamRule> before = rules.list();
        String list = "{\"data\":[{\"id\":\"" + before.get(0).id() + "\",\"value\":\"owl\"},{\"id\":\""
                + before.get(1).id() + "\",\"value\":\"cat\"}]}";
        x.faults(
                "/2/tweets/search/stream/rules",
                Fault.answer(200, list),
                Fault.answer(
                        200,
                        "{\"errors\":[{\"title\":\"Forbidden\",\"id\":\""
                                + before.get(0).id() + "\"}]}"),
                Fault.answer(200, list));
        Changes changes = rules.deleteValues(List.of("owl", "cat"));
        assertThat(changes.deleted()).isEmpty();
        assertThat(changes.refused()).extracting(Refused::rule).containsExactly("owl", "cat");
        assertThat(changes.refused().get(0).details()).isEqualTo("Forbidden");
    }

    @Test
    void aForeignTagIsNotASetsOwn() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> rules.replaceTagged("mine:", List.of(StreamRule.of("owl", "birds"))))
                .withMessageContaining("does not begin with 'mine:'");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> rules.replaceTagged("", List.of()))
                .withMessageContaining("empty tag prefix");
        assertThat(x.requests()).isEmpty();
    }

    @Test
    void whatMayWorkLaterSaysWhenAndWhatNeverDoesSaysWhy() {
        x.faults(PATH, Fault.serviceUnavailable(Duration.ofSeconds(70)), Fault.paymentRequired());
        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(rules::list)
                .satisfies(e -> assertThat(e.retryAfter()).contains(Duration.ofSeconds(70)));
        assertThatExceptionOfType(RetriableException.class)
                .as("asking again too early makes no request")
                .isThrownBy(rules::list);
        assertThat(x.requests()).hasSize(1);
    }

    private static List<StreamRule> numbered(String word) {
        return IntStream.range(0, 1000)
                .mapToObj(i -> StreamRule.of(word + i, "n"))
                .toList();
    }
}
