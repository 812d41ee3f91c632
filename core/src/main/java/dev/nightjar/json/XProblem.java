/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A problem that the X API reports: in an error answer, in the stream, or together with incomplete data. X adds members
 * and values at will, so all are kept.
 *
 * <p>Immutable. Members may quote the request; {@link #toString()} does not show them.
 *
 * @param members every member that is a text, a number, true or false, as a text, by its name
 * @since 0.1.0
 */
public record XProblem(Map<String, String> members) implements Serializable {
    /** Copies the members. */
    public XProblem {
        members = Collections.unmodifiableMap(new TreeMap<>(members));
    }

    /**
     * The kind of problem: the last segment of its {@code type}, since its host differs, such as
     * {@code operational-disconnect}, {@code usage-capped} or {@code resource-not-found}.
     *
     * @return the segment; null without a type and for {@code about:blank}
     */
    public @Nullable String kind() {
        String type = members.get("type");
        return type == null || type.equals("about:blank") ? null : type.substring(type.lastIndexOf('/') + 1);
    }

    /** The short text for people. */
    public @Nullable String title() {
        return members.get("title");
    }

    /** The long text for people; in v1.1 the only one, {@code message}. */
    public @Nullable String detail() {
        String detail = members.get("detail");
        return detail == null ? members.get("message") : detail;
    }

    /** The HTTP status it stands for, if it says one. */
    public @Nullable Integer status() {
        return integer("status");
    }

    /** The v1.1 error code, such as 88 or 99. */
    public @Nullable Integer code() {
        return integer("code");
    }

    /** Why a stream was ended, such as {@code UpstreamOperationalDisconnect}; an open set. */
    public @Nullable String disconnectType() {
        return members.get("disconnect_type");
    }

    /** Why a stream was refused, such as {@code TooManyConnections}; an open set. */
    public @Nullable String connectionIssue() {
        return members.get("connection_issue");
    }

    /** Any member, by its name in the API. */
    public @Nullable String member(String name) {
        return members.get(name);
    }

    /** Kind, title, status and code. */
    @Override
    public String toString() {
        return "XProblem[kind=" + kind() + ", title=" + title() + ", status=" + status() + ", code=" + code() + "]";
    }

    private @Nullable Integer integer(String name) {
        try {
            return Integer.valueOf(members.getOrDefault(name, ""));
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
