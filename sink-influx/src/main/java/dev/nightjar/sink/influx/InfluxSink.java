/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.domain.WritePrecision;
import com.influxdb.client.service.WriteService;
import dev.nightjar.DataException;
import dev.nightjar.RejectedRecordsException;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.RetriableException;
import dev.nightjar.Sink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import okhttp3.ResponseBody;
import retrofit2.Response;

/**
 * Writes points, one request after the other, and halves what the server does not take as a whole until the faulty points
 * stand alone. Sending a good point again is harmless.
 *
 * <p>It calls the client's write service itself, which sends one request and gives back the answer. The client's
 * asynchronous {@code WriteApi} loses points when the server fails, and its {@code WriteApiBlocking} takes every success for
 * 204 and logs every point at FINEST.
 *
 * <p>Safe for use by multiple threads.
 */
final class InfluxSink<T> implements Sink<T> {
    private final InfluxSinkConfig config;
    private final PointModel<T> model;
    private final InfluxDBClient client;
    private final WriteService service;
    private final Clock clock = Clock.systemUTC();

    /** Held for reading by every write, for writing by close. */
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    private boolean closed;

    InfluxSink(InfluxSinkConfig config, PointModel<T> model, InfluxDBClient client) {
        this.config = config;
        this.model = model;
        this.client = client;
        this.service = client.getService(WriteService.class);
    }

    /**
     * Writes a comment, which stores nothing and shows whether the server, the bucket and the token are right. A server that
     * wants a point at least has looked at all of these before it says so.
     */
    void verify() {
        Answer answer = post("# nightjar");
        if (!answer.isStored() && answer.status() != 400 && answer.status() != 422) {
            throw answer.failure(config.url());
        }
    }

    @Override
    public void write(List<T> batch) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("The sink is closed");
            }
            List<Rejection> rejections = new ArrayList<>();
            List<Point> pending = points(batch, rejections);
            while (!pending.isEmpty()) {
                Map<String, Rejection> refused = new HashMap<>();
                for (List<Point> request : requests(lastOfEachKey(pending))) {
                    send(request, refused);
                }
                rejections.addAll(refused.values());
                pending = shadowed(pending, refused);
            }
            if (!rejections.isEmpty()) {
                throw new RejectedRecordsException(rejections);
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                client.close();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private List<Point> points(List<T> batch, List<Rejection> rejections) {
        List<Point> points = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            T row = batch.get(i);
            String key = model.key().apply(row);
            try {
                points.add(new Point(i, key, model.line().apply(row)));
            } catch (DataException e) {
                rejections.add(new Rejection(i, key, e.code(), e.getMessage()));
            }
        }
        return points;
    }

    /** Two lines of one point in a request would be merged, in an order that no server promises. */
    private static Collection<Point> lastOfEachKey(List<Point> points) {
        Map<String, Point> last = new LinkedHashMap<>();
        for (Point point : points) {
            last.put(point.key, point);
        }
        return last.values();
    }

    private List<List<Point>> requests(Collection<Point> points) {
        List<List<Point>> requests = new ArrayList<>();
        List<Point> request = new ArrayList<>();
        long bytes = 0;
        for (Point point : points) {
            int length = point.line.getBytes(StandardCharsets.UTF_8).length + 1;
            if (!request.isEmpty() && (request.size() == config.batchSize() || bytes + length > config.batchBytes())) {
                requests.add(request);
                request = new ArrayList<>();
                bytes = 0;
            }
            request.add(point);
            bytes += length;
        }
        requests.add(request);
        return requests;
    }

    private void send(List<Point> points, Map<String, Rejection> refused) {
        StringBuilder body = new StringBuilder();
        for (Point point : points) {
            body.append(point.line).append('\n');
        }
        Answer answer = post(body.toString());
        if (answer.isStored()) {
            return;
        }
        if (!answer.isOfSomeLines()) {
            throw answer.failure(config.url());
        }
        if (answer.isOfAllLines(points.size())) {
            for (Point point : points) {
                refused.put(point.key, point.rejected(answer));
            }
        } else {
            send(points.subList(0, points.size() / 2), refused);
            send(points.subList(points.size() / 2, points.size()), refused);
        }
    }

    private Answer post(String body) {
        try {
            Response<Void> response = service.postWrite(
                            config.org(),
                            config.bucket(),
                            body,
                            null,
                            null,
                            "text/plain; charset=utf-8",
                            null,
                            "application/json",
                            null,
                            WritePrecision.NS,
                            null)
                    .execute();
            try (ResponseBody error = response.errorBody()) {
                return new Answer(
                        response.code(),
                        error == null ? "" : error.string(),
                        RetryAfter.parse(response.headers().get("Retry-After"), clock.instant()));
            }
        } catch (IOException e) {
            throw new RetriableException(
                    "InfluxDB at " + config.url() + " does not answer: "
                            + e.getClass().getSimpleName() + ": " + e.getMessage(),
                    e);
        }
    }

    /** The records before a refused one of the same key, of which the last is to be stored in its place. */
    private static List<Point> shadowed(List<Point> points, Map<String, Rejection> refused) {
        return points.stream()
                .filter(point -> {
                    Rejection rejection = refused.get(point.key);
                    return rejection != null && point.index < rejection.index();
                })
                .toList();
    }

    /** A record of a batch as the line that is to be the point of its key. */
    private record Point(int index, String key, String line) {
        Rejection rejected(Answer answer) {
            return new Rejection(
                    index, key, answer.rejectionCode(), "InfluxDB refuses the point with HTTP " + answer.status());
        }
    }
}
