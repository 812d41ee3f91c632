/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.service.InfluxQLQueryService;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ConfigException;
import dev.nightjar.TweetId;
import dev.nightjar.io.RetryAfter;
import dev.nightjar.io.Server;
import dev.nightjar.store.StoredTweetsByTime;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;
import retrofit2.Response;

/**
 * What a bucket holds of the tweets, asked in InfluxQL, which InfluxDB 1.8, 2 and 3 all understand: Flux has no future
 * in 3. A bucket is the database of its name, as InfluxDB 2 maps it by itself.
 *
 * <p>Safe for use by multiple threads.
 */
final class InfluxTweets implements StoredTweetsByTime {
    /** How many tweets are read in one request. */
    private static final int PAGE = 5_000;

    private final String database;
    private final String tweets;
    private final Server server;
    private final InfluxDBClient client;
    private final InfluxQLQueryService service;

    InfluxTweets(InfluxSinkConfig config, InfluxDBClient client) {
        this.database = config.get(InfluxSinkConfig.BUCKET);
        this.tweets = " FROM \"" + config.get(InfluxSinkConfig.MEASUREMENT) + '"';
        this.server = new Server("InfluxDB at " + config.get(InfluxSinkConfig.URL));
        this.client = client;
        this.service = client.getService(InfluxQLQueryService.class);
    }

    @Override
    public Set<String> ids(Set<String> among) {
        Set<String> ids = new HashSet<>();
        query("SELECT \"id\"" + tweets + between(among)).forEach(row -> ids.add(row.text("id")));
        ids.retainAll(among);
        return ids;
    }

    /** The times of ids, if they have any, which spares reading a bucket that has filled for years. */
    private static String between(Set<String> ids) {
        Instant first = Instant.MAX;
        Instant last = Instant.MIN;
        for (String id : ids) {
            Instant time = TweetId.of(id).time();
            if (time == null) {
                return "";
            }
            first = time.isBefore(first) ? time : first;
            last = time.isAfter(last) ? time : last;
        }
        return ids.isEmpty() ? " LIMIT 1" : " WHERE time >= '" + first + "' AND time < '" + last.plusMillis(1) + '\'';
    }

    @Override
    public long count() {
        List<Row> counted = query("SELECT count(\"id\")" + tweets);
        Long count = counted.isEmpty() ? null : counted.get(0).integer("count");
        return count == null ? 0 : count;
    }

    @Override
    public Map<String, Map<String, Long>> labelCounts() {
        Map<String, Map<String, Long>> counts = new TreeMap<>();
        for (Row row : query("SELECT \"classifiers\", /\\.label$/" + tweets)) {
            for (String classifier : row.words("classifiers")) {
                String label = row.text(classifier + ".label");
                counts.computeIfAbsent(classifier, key -> new TreeMap<>())
                        .merge(label.isEmpty() ? NO_LABEL : label, 1L, Long::sum);
            }
        }
        return counts;
    }

    @Override
    public List<ClassifiedTweet> newest(int limit) {
        return query("SELECT *" + tweets + " ORDER BY time DESC LIMIT " + limit).stream()
                .map(TweetRow::tweet)
                .toList();
    }

    @Override
    public List<ClassifiedTweet> first(Instant from, Instant until, int most) {
        return query("SELECT *" + tweets + " WHERE time >= '" + from + "' AND time < '" + until
                        + "' ORDER BY time LIMIT " + most)
                .stream()
                .map(TweetRow::tweet)
                .toList();
    }

    @Override
    public void forEach(Consumer<ClassifiedTweet> action) {
        long from = Long.MIN_VALUE + 2;
        Set<String> seen = new HashSet<>();
        for (List<Row> page = page(from); !page.isEmpty(); page = page(from)) {
            long last = page.get(page.size() - 1).time();
            boolean more = false;
            for (Row row : page) {
                if (seen.add(row.text("id"))) {
                    more = true;
                    action.accept(TweetRow.tweet(row));
                }
            }
            if (!more) {
                return;
            }
            seen.clear(); // but those of the last time, which the next page begins with: 16 at most
            page.stream().filter(row -> row.time() == last).forEach(row -> seen.add(row.text("id")));
            from = last;
        }
    }

    private List<Row> page(long from) {
        return query("SELECT *" + tweets + " WHERE time >= " + from + " ORDER BY time LIMIT " + PAGE);
    }

    @Override
    public void close() {
        client.close();
    }

    private List<Row> query(String query) {
        try {
            Response<ResponseBody> response = service.query(query, database, null, "ns", null, "application/json")
                    .execute();
            try (ResponseBody error = response.errorBody();
                    ResponseBody body = response.body()) {
                if (body == null) {
                    throw new Answer(
                                    response.code(),
                                    error == null ? "" : error.string(),
                                    RetryAfter.parse(response.headers().get("Retry-After"), Instant.now()))
                            .failure(server);
                }
                return rows(JsonParser.parseReader(body.charStream()).getAsJsonObject());
            }
        } catch (IOException e) {
            throw server.silent(e);
        } catch (JsonParseException | IllegalStateException e) {
            throw server.unknown("no JSON of InfluxQL; is this an InfluxDB?");
        }
    }

    private List<Row> rows(JsonObject answer) {
        List<Row> rows = new ArrayList<>();
        for (JsonElement element : list(answer, "results")) {
            JsonObject result = element.getAsJsonObject();
            if (result.has("error")) {
                throw new ConfigException(server.name() + " cannot answer for the bucket '" + database + "': "
                        + result.get("error").getAsString()
                        + "; InfluxDB 2 needs a DBRP mapping of the bucket if it has none of itself");
            }
            for (JsonElement series : list(result, "series")) {
                JsonArray columns = list(series.getAsJsonObject(), "columns");
                for (JsonElement values : list(series.getAsJsonObject(), "values")) {
                    rows.add(row(columns, values.getAsJsonArray()));
                }
            }
        }
        return rows;
    }

    private static JsonArray list(JsonObject object, String name) {
        return object.has(name) ? object.getAsJsonArray(name) : new JsonArray();
    }

    private static Row row(JsonArray columns, JsonArray values) {
        Map<String, Object> row = new HashMap<>();
        for (int i = 1; i < columns.size(); i++) {
            Object value = value(values.get(i));
            if (value != null) {
                row.put(columns.get(i).getAsString(), value);
            }
        }
        return new Row(values.get(0).getAsLong(), row);
    }

    private static @Nullable Object value(JsonElement value) {
        if (!(value instanceof JsonPrimitive primitive)) {
            return null;
        }
        if (primitive.isBoolean()) {
            return primitive.getAsBoolean();
        }
        return primitive.isNumber() ? (Object) primitive.getAsNumber() : primitive.getAsString();
    }
}
