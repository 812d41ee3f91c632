/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.testkit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules of the one application. Guarded by its owner. */
final class Rules {
    private final Map<String, Rule> byId = new LinkedHashMap<>();
    private final Set<String> kept = new HashSet<>();
    private final int cap;
    private final int longest;
    private final java.util.function.LongSupplier ids;

    Rules(int cap, int longest, java.util.function.LongSupplier ids) {
        this.cap = cap;
        this.longest = longest;
        this.ids = ids;
    }

    Collection<Rule> all() {
        return byId.values();
    }

    void keep(String value) {
        kept.add(value);
    }

    Rule add(String value, @Nullable String tag) {
        Rule rule = new Rule(Long.toString(ids.getAsLong()), value, tag, Query.parse(value, Query.Use.STREAM, longest));
        byId.put(rule.id(), rule);
        return rule;
    }

    Answer list(Request request, String sent) {
        Set<String> wanted = request.list("ids");
        int size;
        try {
            size = Integer.parseInt(request.query().getOrDefault("max_results", "1000"));
        } catch (NumberFormatException e) {
            size = 0;
        }
        if (size < 1 || size > 1000) {
            return Answer.problem(
                    400,
                    Problems.invalid(
                            "max_results",
                            request.query().getOrDefault("max_results", ""),
                            "The `max_results` query parameter value is not between 1 and 1000"));
        }
        String after = request.query().get("pagination_token");
        List<Rule> found = new ArrayList<>();
        boolean begun = after == null;
        for (Rule rule : byId.values()) {
            if (begun && (wanted.isEmpty() || wanted.contains(rule.id()))) {
                found.add(rule);
            }
            begun |= token(rule).equals(after);
        }
        List<Rule> page = found.subList(0, Math.min(size, found.size()));
        Map<String, Object> meta = Json.object("sent", sent, "result_count", page.size())
                .with("next_token", page.size() < found.size() ? token(page.get(page.size() - 1)) : null);
        return Answer.of(
                200,
                Json.object("data", Json.some(page.stream().map(Rules::json).toList()), "meta", meta));
    }

    Answer counts() {
        Map<String, Object> count = Json.object("client_app_id", Api.APP, "rule_count", byId.size());
        Map<String, Object> data = Json.object()
                .with("cap_per_client_app", Integer.toString(cap))
                .with("cap_per_project", Integer.toString(cap))
                .with("client_app_rules_count", count)
                .with("project_rules_count", Integer.toString(byId.size()))
                .with("all_project_client_apps", List.of(count));
        return Answer.of(200, Json.object("data", data));
    }

    Answer change(Request request, String sent) {
        boolean dryRun = "true".equals(request.query().get("dry_run"));
        if ("true".equals(request.query().get("delete_all"))) {
            int count = byId.size();
            if (!dryRun) {
                byId.clear();
            }
            return deleted(sent, count, List.of());
        }
        if (Json.parse(request.body()) instanceof Map<?, ?> body) {
            if (body.get("add") instanceof List<?> added && !added.isEmpty()) {
                return add(added, dryRun, sent);
            }
            if (body.get("delete") instanceof Map<?, ?> deleted) {
                return delete(deleted, dryRun, sent);
            }
        }
        return Answer.problem(400, Problems.invalid("body", "", "The body has neither 'add' nor 'delete'"));
    }

    private Answer add(List<?> added, boolean dryRun, String sent) {
        List<Rule> before = List.copyOf(byId.values());
        List<Object> created = new ArrayList<>();
        List<Object> errors = new ArrayList<>();
        for (Object element : added) {
            String value = element instanceof Map<?, ?> rule && rule.get("value") != null
                    ? String.valueOf(rule.get("value"))
                    : "";
            Object tag = element instanceof Map<?, ?> rule ? rule.get("tag") : null;
            Rule same = byId.values().stream()
                    .filter(rule -> rule.value().equals(value))
                    .findFirst()
                    .orElse(null);
            if (same != null) {
                Map<String, Object> error = Problems.rule("DuplicateRule", "duplicate-rules", value);
                error.put("id", same.id());
                errors.add(error);
            } else if (byId.size() >= cap) {
                Map<String, Object> error = Problems.rule("RulesCapExceeded", "rule-cap", value);
                error.put("details", List.of("Rule count would exceed the cap of " + cap));
                errors.add(error);
            } else {
                try {
                    created.add(json(add(value, tag == null ? null : String.valueOf(tag))));
                } catch (Query.RefusedException e) {
                    Map<String, Object> error = Problems.rule("UnprocessableEntity", "invalid-rules", value);
                    error.put("details", List.of(String.valueOf(e.getMessage())));
                    errors.add(error);
                }
            }
        }
        if (dryRun) {
            byId.clear();
            before.forEach(rule -> byId.put(rule.id(), rule));
        }
        Map<String, Object> summary = Json.object()
                .with("created", created.size())
                .with("not_created", errors.size())
                .with("valid", created.size())
                .with("invalid", errors.size());
        return Answer.of(
                created.isEmpty() ? 200 : 201,
                Json.object("data", Json.some(created))
                        .with("meta", Json.object("sent", sent, "summary", summary))
                        .with("errors", Json.some(errors)));
    }

    private Answer delete(Map<?, ?> deleted, boolean dryRun, String sent) {
        Object ids = deleted.get("ids");
        Object values = deleted.get("values");
        int done = 0;
        List<Object> errors = new ArrayList<>();
        for (Object wanted : ids instanceof List<?> list ? list : values instanceof List<?> list ? list : List.of()) {
            Rule rule = byId.values().stream()
                    .filter(each -> (ids == null ? each.value() : each.id()).equals(wanted))
                    .findFirst()
                    .orElse(null);
            if (rule == null || kept.contains(rule.value())) {
                errors.add(Problems.invalid(Map.of(), rule == null ? "Rule does not exist" : "Rule is in use"));
            } else {
                done++;
                if (!dryRun) {
                    byId.remove(rule.id());
                }
            }
        }
        return deleted(sent, done, errors);
    }

    private static Answer deleted(String sent, int done, List<Object> errors) {
        Map<String, Object> summary = Json.object("deleted", done, "not_deleted", errors.size());
        Map<String, Object> meta = Json.object("sent", sent, "summary", summary);
        return Answer.of(200, Json.object("meta", meta, "errors", Json.some(errors)));
    }

    /** Sixteen characters, as X has it. */
    private static String token(Rule rule) {
        return String.format(java.util.Locale.ROOT, "%016x", Long.parseLong(rule.id()));
    }

    private static Map<String, Object> json(Rule rule) {
        return Json.object("id", rule.id(), "value", rule.value(), "tag", rule.tag());
    }
}
