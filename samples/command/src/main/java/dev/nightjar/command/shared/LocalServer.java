/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.shared;

import dev.nightjar.ConfigException;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A server that only shows, and on localhost only to this machine: another site's page gets nothing by way of a browser
 * here. Clients that are slow, send much or send half a request are cut off and hold up nobody.
 */
public final class LocalServer implements AutoCloseable {
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Referrer-Policy",
            "no-referrer",
            "Cache-Control",
            "no-store");

    private static final int REQUEST_MILLIS = 5_000;
    private static final int MOST_HEADER_BYTES = 8 * 1024;

    private final HttpHandler answers;
    private final Undertow server;
    private final URI uri;

    /** By which names it is asked; empty for any. */
    private final Set<String> hosts;

    private LocalServer(InetAddress address, int port, HttpHandler answers) {
        this.answers = answers;
        server = Undertow.builder()
                .addHttpListener(port, address.getHostAddress(), this::handle)
                .setIoThreads(1)
                .setWorkerThreads(1)
                .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, REQUEST_MILLIS)
                .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, REQUEST_MILLIS)
                .setServerOption(UndertowOptions.MAX_HEADER_SIZE, MOST_HEADER_BYTES)
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, 1L)
                .build();
        server.start();
        int bound = ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
        uri = URI.create("http://localhost:" + bound + "/");
        // Whoever opens it to others says so, and they call it by names that are not known here.
        hosts = address.isLoopbackAddress()
                ? List.of("localhost", "127.0.0.1", "[::1]").stream()
                        .map(host -> host + ':' + bound)
                        .collect(Collectors.toUnmodifiableSet())
                : Set.of();
    }

    /**
     * Serves on localhost.
     *
     * @param port 0 for any that is free
     * @param option that gave the port
     * @param answers what it answers, from the one thread for all clients
     * @throws ConfigException if the port cannot be had, mostly since it is taken
     */
    public static LocalServer open(int port, String option, HttpHandler answers) {
        return open(InetAddress.getLoopbackAddress(), port, option, answers);
    }

    /** Serves on an address. */
    static LocalServer open(InetAddress address, int port, String option, HttpHandler answers) {
        try {
            return new LocalServer(address, port, answers);
        } catch (RuntimeException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String host = address.isLoopbackAddress() ? "localhost" : address.getHostAddress();
            throw new ConfigException(
                    "Cannot listen on port " + port + " of " + host + ": " + cause.getMessage()
                            + "; choose another with " + option,
                    e);
        }
    }

    /** Where it is, for this machine. */
    public URI uri() {
        return uri;
    }

    @Override
    public void close() {
        server.stop();
    }

    private void handle(HttpServerExchange exchange) throws Exception {
        HEADERS.forEach((name, value) -> exchange.getResponseHeaders().put(new HttpString(name), value));
        if (!isMeant(exchange)) {
            refuse(exchange, StatusCodes.FORBIDDEN, "This is for those on its own machine, at " + uri);
        } else if (!exchange.getRequestMethod().equals(Methods.GET)) {
            refuse(exchange, StatusCodes.METHOD_NOT_ALLOWED, "There is nothing but to look");
        } else {
            answers.handleRequest(exchange);
        }
    }

    /** Whether it is asked for by its own name, and not by way of another site's page. */
    private boolean isMeant(HttpServerExchange exchange) {
        HeaderValues host = exchange.getRequestHeaders().get(Headers.HOST);
        String site = exchange.getRequestHeaders().getFirst("Sec-Fetch-Site");
        boolean visited = site == null || site.equals("same-origin") || site.equals("none");
        return host != null
                && host.size() == 1
                && (hosts.isEmpty() || hosts.contains(host.getFirst()))
                && !exchange.isHostIncludedInRequestURI()
                && (visited || exchange.getRequestPath().equals("/"));
    }

    /** Answers by a line of text. */
    public static void refuse(HttpServerExchange exchange, int status, String why) {
        exchange.setStatusCode(status);
        exchange.setPersistent(false);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain; charset=utf-8");
        exchange.getResponseSender().send(why);
    }
}
