/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.domain.DeletePredicateRequest;
import com.influxdb.client.domain.WritePrecision;
import com.influxdb.client.service.DeleteService;
import com.influxdb.client.service.WriteService;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.io.RetryAfter;
import dev.nightjar.io.Server;
import dev.nightjar.store.KeyedStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import okhttp3.ResponseBody;
import retrofit2.Call;
import retrofit2.Response;

/**
 * Sends lines, one request after the other, and halves a refused request until the faulty lines are isolated. Sending a
 * good line again is harmless.
 *
 * <p>It calls the client's write service itself, which sends one request and gives back the answer. The client's
 * asynchronous {@code WriteApi} loses points when the server fails, and its {@code WriteApiBlocking} takes every
 * success for 204 and logs every point at FINEST.
 *
 * <p>Safe for use by multiple threads.
 */
class InfluxStore<T> implements KeyedStore<T, String> {
    private final InfluxSinkConfig config;
    private final Server server;
    private final PointModel<T> model;
    private final InfluxDBClient client;
    private final WriteService service;
    private final DeleteService deletion;

    InfluxStore(InfluxSinkConfig config, PointModel<T> model, InfluxDBClient client) {
        this.config = config;
        this.server = new Server("InfluxDB at " + config.get(InfluxSinkConfig.URL));
        this.model = model;
        this.client = client;
        this.service = client.getService(WriteService.class);
        this.deletion = client.getService(DeleteService.class);
    }

    /**
     * Writes a comment, which stores nothing and shows whether the server, the bucket and the token are right. A server
     * that wants a point at least has looked at all of these before it says so.
     */
    final void verify() {
        Answer answer = post("# nightjar");
        if (!answer.isStored() && answer.status() != 400 && answer.status() != 422) {
            throw answer.failure(server);
        }
    }

    @Override
    public String key(T row) {
        return model.key().apply(row);
    }

    @Override
    public String encode(T row) {
        return model.line().apply(row);
    }

    @Override
    public long bytes(String line) {
        return line.getBytes(StandardCharsets.UTF_8).length + 1L;
    }

    @Override
    public List<Rejection> write(List<Entry<String>> request) {
        List<Rejection> rejections = new ArrayList<>();
        send(request, rejections);
        return rejections;
    }

    @Override
    public void close() {
        client.close();
    }

    private void send(List<Entry<String>> request, List<Rejection> rejections) {
        StringBuilder body = new StringBuilder();
        request.forEach(entry -> body.append(entry.value()).append('\n'));
        Answer answer = post(body.toString());
        if (answer.isStored()) {
            return;
        }
        if (!answer.isOfSomeLines()) {
            throw answer.failure(server);
        }
        int size = request.size();
        if (answer.isOfAllLines(size)) {
            request.forEach(entry -> rejections.add(
                    entry.rejected(answer.rejectionCode(), "InfluxDB refuses the point with HTTP " + answer.status())));
        } else {
            send(request.subList(0, size / 2), rejections);
            send(request.subList(size / 2, size), rejections);
        }
    }

    /**
     * Deletes from one time to another, both included, which are the same here.
     *
     * @return false if the server has no such request, as InfluxDB 1
     */
    final boolean delete(PointKey point) {
        DeletePredicateRequest request = new DeletePredicateRequest()
                .start(point.dateTime())
                .stop(point.dateTime())
                .predicate(point.predicate());
        Answer answer = answer(deletion.postDelete(
                request, null, config.get(InfluxSinkConfig.ORG), config.get(InfluxSinkConfig.BUCKET), null, null));
        if (!answer.isStored() && !answer.isOfNoRequest()) {
            throw answer.failure(server);
        }
        return answer.isStored();
    }

    private Answer post(String body) {
        return answer(service.postWrite(
                config.get(InfluxSinkConfig.ORG),
                config.get(InfluxSinkConfig.BUCKET),
                body,
                null,
                null,
                "text/plain; charset=utf-8",
                null,
                "application/json",
                null,
                WritePrecision.NS,
                null));
    }

    private Answer answer(Call<Void> call) {
        try {
            Response<Void> response = call.execute();
            try (ResponseBody error = response.errorBody()) {
                return new Answer(
                        response.code(),
                        error == null ? "" : error.string(),
                        RetryAfter.parse(response.headers().get("Retry-After"), Instant.now()));
            }
        } catch (IOException e) {
            throw server.silent(e);
        }
    }
}
