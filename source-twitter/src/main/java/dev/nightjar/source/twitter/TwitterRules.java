/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter;

import dev.nightjar.ConfigException;
import dev.nightjar.FatalException;
import dev.nightjar.source.twitter.http.Json;
import dev.nightjar.source.twitter.http.XClient;
import dev.nightjar.source.twitter.http.XClient.Endpoint;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The stream rules of an application, which X keeps and applies within some 20 seconds, also to a stream that is
 * connected. {@link TwitterApi#rules()} gives it.
 *
 * <p>Adding a rule that is there is a success. A batch in which X refuses some rules is a success for the others; the
 * outcome of each rule is in the result, not an exception.
 *
 * <p>Safe for use by multiple threads.
 *
 * @since 0.1.0
 */
public final class TwitterRules {
    private static final String PATH = "/2/tweets/search/stream/rules";
    private static final int MOST_IN_A_CALL = 100;

    private final XClient client;
    private final Mode mode;

    TwitterRules(XClient client) {
        this(client, Mode.REAL);
    }

    private TwitterRules(XClient client, Mode mode) {
        this.client = client;
        this.mode = mode;
    }

    /** The same rules in a dry run: X checks the changes and makes none. */
    public TwitterRules dryRun() {
        return new TwitterRules(client, Mode.DRY);
    }

    /**
     * The rules that X has.
     *
     * @throws FatalException if X refuses: the token, the application's access
     * @throws dev.nightjar.RetriableException if the same call may work later
     */
    public List<StreamRule> list() {
        return client
                .pages(Endpoint.RULES_GET, "list the rules", PATH + "?max_results=1000", "pagination_token")
                .stream()
                .flatMap(page -> rules(page).stream())
                .toList();
    }

    /**
     * Adds rules.
     *
     * @return what became of each; a rule that is there counts as {@linkplain Changes#unchanged() unchanged}
     * @throws FatalException as {@link #list()}
     * @throws dev.nightjar.RetriableException if the same call may work later; some rules may have been added
     */
    public Changes add(List<StreamRule> rules) {
        Changes changes = Changes.NONE;
        List<StreamRule> duplicates = new ArrayList<>();
        for (List<StreamRule> batch : batches(distinct(rules))) {
            changes = changes.plus(addBatch(batch, duplicates));
        }
        if (duplicates.isEmpty()) {
            return changes;
        }
        // X names the rule that is there, but not its tag.
        Map<String, StreamRule> present = present();
        for (StreamRule rule : duplicates) {
            StreamRule there = present.getOrDefault(rule.value(), rule);
            changes = changes.plus(rule.sameAs(there) ? Changes.unchanged(there) : Changes.otherTag(there));
        }
        return changes;
    }

    /**
     * Deletes rules by their ids; one that is not there is {@linkplain Changes#refused() refused}. X says how many it has
     * deleted, not always which: if some were not, the rules are listed again.
     *
     * @throws FatalException as {@link #list()}
     * @throws dev.nightjar.RetriableException if the same call may work later; some rules may have been deleted
     */
    public Changes deleteIds(Collection<String> ids) {
        return delete(ids, StreamRule::id);
    }

    /** Deletes rules by their values, as {@link #deleteIds}. */
    public Changes deleteValues(Collection<String> values) {
        return delete(values, StreamRule::value);
    }

    /**
     * Makes sure that these rules are there, and changes no other: one of the same value and another tag stays as it is
     * and is {@linkplain Changes#otherTag() named}.
     *
     * @throws FatalException as {@link #list()}
     * @throws dev.nightjar.RetriableException as {@link #add}
     */
    public Changes addMissing(List<StreamRule> wanted) {
        return sync(wanted, rule -> false);
    }

    /**
     * Makes the rules whose tag begins with a prefix these and no others. Rules with another tag or none may belong to
     * others and are never deleted. New rules are added before old ones are deleted, so that the stream misses nothing,
     * unless there is not enough room for both.
     *
     * @param prefix the beginning of the caller's rules' tags; not empty
     * @param wanted the rules, each with such a tag
     * @throws FatalException as {@link #list()}, or if a tag does not begin with the prefix
     * @throws dev.nightjar.RetriableException as {@link #add}
     */
    public Changes replaceTagged(String prefix, List<StreamRule> wanted) {
        if (prefix.isEmpty()) {
            throw new ConfigException("An empty tag prefix is that of all rules; replace all, if that is meant");
        }
        for (StreamRule rule : wanted) {
            if (rule.tag() == null || !rule.tag().startsWith(prefix)) {
                throw new ConfigException("The rule '" + rule.value() + "' has the tag '" + rule.tag()
                        + "', which does not begin with '" + prefix + "'");
            }
        }
        return sync(wanted, rule -> rule.tag() != null && rule.tag().startsWith(prefix));
    }

    /**
     * Makes the application's rules these and no others.
     *
     * @throws FatalException as {@link #list()}
     * @throws dev.nightjar.RetriableException as {@link #add}
     */
    public Changes replaceAll(List<StreamRule> wanted) {
        return sync(wanted, rule -> true);
    }

    private Changes sync(List<StreamRule> wanted, Ownership ours) {
        Map<String, StreamRule> present = present();
        Map<String, StreamRule> missing = new LinkedHashMap<>();
        Map<String, StreamRule> retagged = new LinkedHashMap<>();
        List<StreamRule> obsolete = new ArrayList<>();
        Set<String> values = new LinkedHashSet<>();
        Changes changes = Changes.NONE;
        for (StreamRule rule : distinct(wanted)) {
            values.add(rule.value());
            StreamRule there = present.get(rule.value());
            if (there == null) {
                missing.put(rule.value(), rule);
            } else if (there.sameAs(rule)) {
                changes = changes.plus(Changes.unchanged(there));
            } else if (ours.has(there)) {
                retagged.put(rule.value(), rule);
                obsolete.add(there);
            } else {
                changes = changes.plus(Changes.otherTag(there));
            }
        }
        for (StreamRule there : present.values()) {
            if (ours.has(there) && !values.contains(there.value())) {
                obsolete.add(there);
            }
        }
        Changes added = add(List.copyOf(missing.values()));
        List<StreamRule> noRoom = new ArrayList<>();
        List<Refused> refused = new ArrayList<>();
        for (Refused one : added.refused) {
            StreamRule rule = missing.get(one.rule());
            if (rule != null && "rule-cap".equals(one.kind()) && !obsolete.isEmpty()) {
                noRoom.add(rule);
            } else {
                refused.add(one);
            }
        }
        changes = changes.plus(added.withRefused(refused));
        changes = changes.plus(delete(obsolete));
        List<StreamRule> second = new ArrayList<>(retagged.values());
        second.addAll(noRoom);
        // In a dry run the old rule still exists, and X would call the retagged one a duplicate.
        return changes.plus(mode == Mode.DRY ? Changes.added(retagged.values()) : add(second));
    }

    private Map<String, StreamRule> present() {
        Map<String, StreamRule> present = new LinkedHashMap<>();
        list().forEach(rule -> present.put(rule.value(), rule));
        return present;
    }

    private Changes addBatch(List<StreamRule> batch, List<StreamRule> duplicates) {
        byte[] body = Json.write(json -> {
            json.writeArrayFieldStart("add");
            for (StreamRule rule : batch) {
                json.writeStartObject();
                json.writeStringField("value", rule.value());
                if (rule.tag() != null) {
                    json.writeStringField("tag", rule.tag());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
        });
        Json answer = client.post(Endpoint.RULES_POST, "add rules", path(), body);
        Map<String, StreamRule> open = new LinkedHashMap<>();
        batch.forEach(rule -> open.put(rule.value(), rule));
        List<StreamRule> added = rules(answer);
        added.forEach(rule -> open.remove(rule.value()));
        List<Refused> refused = new ArrayList<>();
        for (Json problem : answer.objects("errors")) {
            String value = problem.text("value");
            StreamRule rule = value == null ? null : open.remove(value.strip());
            String kind = kind(problem);
            if (rule != null && (kind.equals("duplicate-rules") || kind.equals("DuplicateRule"))) {
                duplicates.add(rule);
            } else {
                refused.add(new Refused(value == null ? "" : value, kind, details(problem)));
            }
        }
        open.keySet().forEach(value -> refused.add(new Refused(value, "unknown", "X says nothing about it")));
        return new Changes(added, List.of(), List.of(), List.of(), refused);
    }

    private Changes delete(Collection<String> keys, Function<StreamRule, @Nullable String> key) {
        Map<@Nullable String, StreamRule> present = new HashMap<>();
        list().forEach(rule -> present.put(key.apply(rule), rule));
        List<StreamRule> found = new ArrayList<>();
        List<Refused> absent = new ArrayList<>();
        for (String one : new LinkedHashSet<>(keys)) {
            StreamRule rule = present.get(one);
            if (rule == null) {
                absent.add(new Refused(one, "not-there", "X has no such rule"));
            } else {
                found.add(rule);
            }
        }
        return delete(found).plus(Changes.refused(absent));
    }

    private Changes delete(List<StreamRule> rules) {
        Changes changes = Changes.NONE;
        for (List<StreamRule> batch : batches(rules)) {
            changes = changes.plus(deleteBatch(batch));
        }
        return changes;
    }

    /** Deletes rules, and finds out which of them X has not deleted, whatever it says. */
    private Changes deleteBatch(List<StreamRule> batch) {
        byte[] body = Json.write(json -> {
            json.writeObjectFieldStart("delete");
            json.writeArrayFieldStart("ids");
            for (StreamRule rule : batch) {
                json.writeString(rule.id());
            }
            json.writeEndArray();
            json.writeEndObject();
        });
        Json answer = client.post(Endpoint.RULES_POST, "delete rules", path(), body);
        List<Json> problems = answer.objects("errors");
        Long count = answer.object("meta").object("summary").number("deleted");
        if (problems.isEmpty() && count != null && count == batch.size()) {
            return Changes.deleted(batch);
        }
        Map<String, Json> named = new HashMap<>();
        for (Json problem : problems) {
            for (String name : Arrays.asList(problem.text("id"), problem.text("value"))) {
                if (name != null) {
                    named.put(name.strip(), problem);
                }
            }
        }
        // A dry run has deleted nothing: only what X says tells one rule from another.
        boolean ambiguous = mode == Mode.DRY && (count == null || count == 0 || named.isEmpty());
        Set<@Nullable String> left = new HashSet<>();
        (mode == Mode.DRY ? ambiguous ? batch : List.<StreamRule>of() : list()).forEach(rule -> left.add(rule.id()));
        List<StreamRule> deleted = new ArrayList<>();
        List<Refused> refused = new ArrayList<>();
        for (StreamRule rule : batch) {
            Json problem = named.getOrDefault(rule.id(), named.get(rule.value()));
            if (problem == null && !left.contains(rule.id())) {
                deleted.add(rule);
            } else if (problem == null && problems.isEmpty()) {
                refused.add(new Refused(rule.value(), "unknown", "X gives no reason"));
            } else {
                Json reason = problem == null ? problems.get(0) : problem;
                refused.add(new Refused(rule.value(), kind(reason), details(reason)));
            }
        }
        return Changes.deleted(deleted).plus(Changes.refused(refused));
    }

    private String path() {
        return mode == Mode.DRY ? PATH + "?dry_run=true" : PATH;
    }

    private static String kind(Json problem) {
        String type = problem.text("type");
        String title = problem.text("title");
        if (type == null || type.equals("about:blank")) {
            return title == null ? "unknown" : title;
        }
        return type.substring(type.lastIndexOf('/') + 1);
    }

    private static String details(Json problem) {
        List<String> details = new ArrayList<>(problem.texts("details"));
        for (Json inner : problem.objects("errors")) {
            details.add(String.valueOf(inner.text("message")));
        }
        if (!details.isEmpty()) {
            return String.join("; ", details);
        }
        String detail = problem.text("detail");
        String title = problem.text("title");
        return detail != null ? detail : title != null ? title : "X gives no reason";
    }

    private static List<StreamRule> rules(Json answer) {
        List<StreamRule> rules = new ArrayList<>();
        for (Json rule : answer.objects("data")) {
            String value = rule.text("value");
            if (value != null && !value.isBlank()) {
                rules.add(new StreamRule(rule.text("id"), value, rule.text("tag")));
            }
        }
        return rules;
    }

    /** The last rule of each value, in the order of their first. */
    private static List<StreamRule> distinct(List<StreamRule> rules) {
        Map<String, StreamRule> distinct = new LinkedHashMap<>();
        rules.forEach(rule -> distinct.put(rule.value(), rule));
        return List.copyOf(distinct.values());
    }

    private static <T> List<List<T>> batches(List<T> all) {
        List<List<T>> batches = new ArrayList<>();
        for (int from = 0; from < all.size(); from += MOST_IN_A_CALL) {
            batches.add(all.subList(from, Math.min(all.size(), from + MOST_IN_A_CALL)));
        }
        return batches;
    }

    private enum Mode {
        REAL,
        DRY
    }

    /** Which rules may be deleted. */
    private interface Ownership {
        boolean has(StreamRule rule);
    }

    /**
     * What became of a change.
     *
     * <p>Immutable.
     *
     * @param added the rules that were added, with their ids
     * @param unchanged the rules that were there already, with the same tag
     * @param otherTag the rules that were there already with another tag, as X has them; they find the same posts
     * @param deleted the rules that were deleted, as X had them
     * @param refused what X refused, and why
     * @since 0.1.0
     */
    public record Changes(
            List<StreamRule> added,
            List<StreamRule> unchanged,
            List<StreamRule> otherTag,
            List<StreamRule> deleted,
            List<Refused> refused)
            implements Serializable {
        private static final Changes NONE = new Changes(List.of(), List.of(), List.of(), List.of(), List.of());

        /** Copies the lists. */
        public Changes {
            added = List.copyOf(added);
            unchanged = List.copyOf(unchanged);
            otherTag = List.copyOf(otherTag);
            deleted = List.copyOf(deleted);
            refused = List.copyOf(refused);
        }

        /** Whether every rule that was wanted is there, and every one that was to be deleted is not. */
        public boolean isComplete() {
            return refused.isEmpty();
        }

        private static Changes added(Collection<StreamRule> rules) {
            return new Changes(List.copyOf(rules), List.of(), List.of(), List.of(), List.of());
        }

        private static Changes unchanged(StreamRule rule) {
            return new Changes(List.of(), List.of(rule), List.of(), List.of(), List.of());
        }

        private static Changes otherTag(StreamRule rule) {
            return new Changes(List.of(), List.of(), List.of(rule), List.of(), List.of());
        }

        private static Changes deleted(List<StreamRule> rules) {
            return new Changes(List.of(), List.of(), List.of(), rules, List.of());
        }

        private static Changes refused(List<Refused> refused) {
            return new Changes(List.of(), List.of(), List.of(), List.of(), refused);
        }

        private Changes withRefused(List<Refused> others) {
            return new Changes(added, unchanged, otherTag, deleted, others);
        }

        private Changes plus(Changes other) {
            return new Changes(
                    joined(added, other.added),
                    joined(unchanged, other.unchanged),
                    joined(otherTag, other.otherTag),
                    joined(deleted, other.deleted),
                    joined(refused, other.refused));
        }

        private static <T> List<T> joined(List<T> first, List<T> second) {
            List<T> all = new ArrayList<>(first);
            all.addAll(second);
            return all;
        }
    }

    /**
     * What X refused.
     *
     * <p>Immutable.
     *
     * @param rule the rule's value; of a deletion the id or value that is not there
     * @param kind the kind of problem, such as {@code invalid-rules} or {@code rule-cap}
     * @param details why, in X's words
     * @since 0.1.0
     */
    public record Refused(String rule, String kind, String details) implements Serializable {}
}
