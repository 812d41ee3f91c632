/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.shared;

import dev.nightjar.ConfigException;
import dev.nightjar.delivery.DeliveryMetrics;
import dev.nightjar.delivery.Health;
import dev.nightjar.micrometer.NightjarMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a monitor and a supervisor ask a run while it lasts: {@code /metrics}, {@code /health/live}, {@code /health/ready}. */
public final class Monitor implements AutoCloseable {
    private static final Health NOTHING_YET = new Health(Health.State.STARTING, null, null);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final LocalServer server;
    private volatile @Nullable DeliveryMetrics delivery;

    private Monitor(InetAddress address, int port) {
        server = LocalServer.open(address, port, "--metrics-port", this::answer);
    }

    /** Where it is. */
    public URI uri() {
        return server.uri();
    }

    /** Shows a delivery and its parts from now on. */
    public void watch(DeliveryMetrics metrics) {
        new NightjarMetrics(metrics).bindTo(registry);
        delivery = metrics;
    }

    @Override
    public void close() {
        server.close();
        registry.close();
    }

    private void answer(HttpServerExchange exchange) {
        switch (exchange.getRequestPath()) {
            case "/metrics" -> {
                exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
                exchange.getResponseSender().send(registry.scrape());
            }
            case "/health/live" -> health(exchange, Health::isLive);
            case "/health/ready" -> health(exchange, Health::isReady);
            default ->
                LocalServer.refuse(
                        exchange, StatusCodes.NOT_FOUND, "There are /metrics, /health/live and /health/ready\n");
        }
    }

    /** Says how each part is, the whole first; its code is the whole's. */
    private void health(HttpServerExchange exchange, Predicate<Health> good) {
        DeliveryMetrics whole = delivery;
        Health health = whole == null ? NOTHING_YET : whole.health();
        StringBuilder lines = new StringBuilder().append(health).append('\n');
        if (whole != null) {
            whole.parts()
                    .forEach(part -> lines.append(part.name())
                            .append(' ')
                            .append(part.health())
                            .append('\n'));
        }
        if (health.lastBatch() != null) {
            lines.append("last batch finished ").append(health.lastBatch()).append('\n');
        }
        exchange.setStatusCode(good.test(health) ? StatusCodes.OK : StatusCodes.SERVICE_UNAVAILABLE);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain; charset=utf-8");
        exchange.getResponseSender().send(lines.toString());
    }

    /** The option that opens one. */
    public static final class Options {
        @Option(
                names = "--metrics-port",
                paramLabel = "[ADDRESS:]PORT",
                description =
                        "Answer /metrics, for Prometheus, /health/live and /health/ready on this port of localhost, or"
                                + " of an address, such as 0.0.0.0:9464, which others may reach. Without it, nobody is answered.")
        private @Nullable String place;

        /** Whether there is to be one. */
        public boolean isWanted() {
            return place != null;
        }

        /**
         * Opens it.
         *
         * @return null if it is not wanted
         * @throws ConfigException if the address or the port cannot be had
         */
        public @Nullable Monitor open() {
            if (place == null) {
                return null;
            }
            int colon = place.lastIndexOf(':');
            try {
                InetAddress address =
                        colon < 0 ? InetAddress.getLoopbackAddress() : InetAddress.getByName(place.substring(0, colon));
                return new Monitor(address, new Port().convert(place.substring(colon + 1)));
            } catch (UnknownHostException e) {
                throw new ConfigException(
                        "The address of --metrics-port " + place + " is not known; give one of this machine", e);
            }
        }
    }
}
