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
        return Json.object(
                "errors",
                List.of(Json.object("parameters", Json.object(parameter, List.of(value)), "message", message)),
                "title",
                "Invalid Request",
                "detail",
                "One or more parameters to your request was invalid.",
                "type",
                TYPE + "invalid-request");
    }

    static Map<String, Object> connection(String issue, String detail) {
        return Json.object(
                "title",
                "ConnectionException",
                "detail",
                detail,
                "connection_issue",
                issue,
                "type",
                TYPE + "streaming-connection");
    }

    static Map<String, Object> tooManyConnections() {
        return connection("TooManyConnections", "This stream is currently at the maximum allowed connection limit.");
    }

    static Map<String, Object> usageCapped() {
        return Json.object(
                "account_id",
                123123123,
                "product_name",
                "pay-per-use",
                "title",
                "UsageCapExceeded",
                "period",
                "Monthly",
                "scope",
                "Product",
                "detail",
                "Usage cap exceeded: Monthly product cap",
                "type",
                TYPE + "usage-capped");
    }

    static Map<String, Object> paymentRequired() {
        return Json.object(
                "detail",
                "credits depleted",
                "status",
                402,
                "title",
                "Payment Required",
                "type",
                "https://api.x.com/2/problems/credits-depleted");
    }

    static Map<String, Object> forbidden(String reason) {
        return Json.object(
                "title",
                "Forbidden",
                "detail",
                "This access level does not include what was asked for.",
                "reason",
                reason,
                "required_enrollment",
                "Enterprise",
                "registration_url",
                "https://developer.x.com",
                "type",
                TYPE + "client-forbidden");
    }

    static Map<String, Object> disconnect(String type) {
        return Json.object(
                "title",
                "operational-disconnect",
                "disconnect_type",
                type,
                "detail",
                "This stream has been disconnected for operational reasons.",
                "type",
                TYPE + "operational-disconnect");
    }

    static Map<String, Object> missingReference() {
        return Json.object(
                "value",
                "20",
                "detail",
                "Could not find tweet with referenced_tweets.id: [20].",
                "title",
                "Not Found Error",
                "resource_type",
                "tweet",
                "parameter",
                "referenced_tweets.id",
                "resource_id",
                "20",
                "type",
                TYPE + "resource-not-found");
    }

    static Map<String, Object> noSuchTweet(String id) {
        return Json.object(
                "value",
                id,
                "detail",
                "Could not find tweet with ids: [" + id + "].",
                "title",
                "Not Found Error",
                "resource_type",
                "tweet",
                "parameter",
                "ids",
                "resource_id",
                id,
                "type",
                TYPE + "resource-not-found");
    }

    static Map<String, Object> rule(String title, String kind, String value) {
        return Json.object("value", value, "title", title, "type", TYPE + kind);
    }
}
