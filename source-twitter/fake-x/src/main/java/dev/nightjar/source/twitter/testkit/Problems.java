/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.testkit;

import java.util.List;
import java.util.Map;

/** The bodies with which X refuses. */
final class Problems {
    private static final String TYPE = "https://api.twitter.com/2/problems/";

    private Problems() {}

    static Map<String, Object> blank(int status, String title) {
        return Json.object("title", title, "detail", title, "type", "about:blank", "status", status);
    }

    static Map<String, Object> invalid(String parameter, String value, String message) {
        return invalid(Json.object(parameter, List.of(value)), message);
    }

    static Map<String, Object> invalid(Map<String, Object> parameters, String message) {
        return Json.object()
                .with("errors", List.of(Json.object("parameters", parameters, "message", message)))
                .with("title", "Invalid Request")
                .with("detail", "One or more parameters to your request was invalid.")
                .with("type", TYPE + "invalid-request");
    }

    static Map<String, Object> connection(String issue, String detail) {
        return Json.object()
                .with("title", "ConnectionException")
                .with("detail", detail)
                .with("connection_issue", issue)
                .with("type", TYPE + "streaming-connection");
    }

    static Map<String, Object> tooManyConnections() {
        return connection("TooManyConnections", "This stream is currently at the maximum allowed connection limit.");
    }

    static Map<String, Object> usageCapped() {
        return Json.object()
                .with("account_id", 123123123)
                .with("product_name", "pay-per-use")
                .with("title", "UsageCapExceeded")
                .with("period", "Monthly")
                .with("scope", "Product")
                .with("detail", "Usage cap exceeded: Monthly product cap")
                .with("type", TYPE + "usage-capped");
    }

    static Map<String, Object> paymentRequired() {
        return Json.object()
                .with("detail", "credits depleted")
                .with("status", 402)
                .with("title", "Payment Required")
                .with("type", "https://api.x.com/2/problems/credits-depleted");
    }

    static Map<String, Object> forbidden(String reason) {
        return Json.object()
                .with("title", "Forbidden")
                .with("detail", "This access level does not include what was asked for.")
                .with("reason", reason)
                .with("required_enrollment", "Enterprise")
                .with("registration_url", "https://developer.x.com")
                .with("type", TYPE + "client-forbidden");
    }

    static Map<String, Object> disconnect(String type) {
        return Json.object()
                .with("title", "operational-disconnect")
                .with("disconnect_type", type)
                .with("detail", "This stream has been disconnected for operational reasons.")
                .with("type", TYPE + "operational-disconnect");
    }

    static Map<String, Object> missingReference() {
        return notFound("referenced_tweets.id", "20");
    }

    static Map<String, Object> noSuchTweet(String id) {
        return notFound("ids", id);
    }

    private static Map<String, Object> notFound(String parameter, String id) {
        return Json.object()
                .with("value", id)
                .with("detail", "Could not find tweet with " + parameter + ": [" + id + "].")
                .with("title", "Not Found Error")
                .with("resource_type", "tweet")
                .with("parameter", parameter)
                .with("resource_id", id)
                .with("type", TYPE + "resource-not-found");
    }

    static Map<String, Object> rule(String title, String kind, String value) {
        return Json.object("value", value, "title", title, "type", TYPE + kind);
    }
}
