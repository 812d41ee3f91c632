/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.stream;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.json.XJson;
import dev.nightjar.json.XProblem;
import dev.nightjar.source.twitter.http.Refusal;
import dev.nightjar.source.twitter.stream.GapLedger.Reason;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What X says in a line that is not a post: possibly that the stream ends, though the socket stays open. */
final class StreamMessage {
    private StreamMessage() {}

    /** The end that a message announces; null if it announces none, or cannot be read. */
    static @Nullable Ending ending(byte[] line) {
        List<XProblem> problems;
        try {
            problems = XJson.read(line, "x-stream").problems();
        } catch (DataException e) {
            return null; // a dead letter
        }
        for (XProblem problem : problems) {
            Ending ending = ending(problem, problems);
            if (ending != null) {
                return ending;
            }
        }
        return null;
    }

    private static @Nullable Ending ending(XProblem problem, List<XProblem> problems) {
        String kind = String.valueOf(problem.kind());
        String type = problem.disconnectType() == null ? problem.connectionIssue() : problem.disconnectType();
        if ("InvalidRules".equals(type) || "RulesInvalidIssue".equals(type) || kind.equals("invalid-rules")) {
            return Ending.by(
                    new ConfigException("The X API ended the stream since a rule of the application is not valid;"
                            + " correct the rules, connecting again does not help (" + type + ")"));
        }
        int status = switch (kind) {
            case "usage-capped" -> 429;
            case "credits-depleted" -> 402;
            case "client-forbidden", "user-suspended" -> 403;
            case "unsupported-authentication", "not-authorized-for-resource" -> 401;
            default -> 0;
        };
        if (status > 0) {
            return Ending.by(new Refusal(status, problems, null, false).exception(Duration.ZERO));
        }
        boolean ends = kind.equals("operational-disconnect")
                || kind.equals("streaming-connection")
                || type != null
                || "operational-disconnect".equals(problem.title());
        return ends
                ? Ending.of(Reason.DISCONNECTED, "The X API ended the stream: " + (type == null ? kind : type))
                : null;
    }
}
