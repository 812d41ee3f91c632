/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import dev.nightjar.FatalException;
import dev.nightjar.WindowedCount;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The counts of the batch layer and of the speed layer in a database of the run's own, and what is served of both: for
 * windows that ended before the cut-off what the batch says, for later ones what the stream says.
 *
 * <p>Safe for use by multiple threads.
 */
final class TrendView implements AutoCloseable {
    private static final String SERVED =
            " FROM trends WHERE ends <= ? AND layer = 'BATCH' OR ends > ? AND layer = 'SPEED'";

    private final Connection connection;
    private Instant cutOff = Instant.EPOCH;

    private TrendView(Connection connection) {
        this.connection = connection;
    }

    /** What counts. */
    enum Layer {
        BATCH,
        SPEED
    }

    /** A count that is served, and the layer that it is of. */
    record Served(Layer layer, WindowedCount count) {}

    static TrendView open(Path file) {
        try {
            Connection connection = DriverManager.getConnection("jdbc:h2:" + file.toAbsolutePath());
            try (PreparedStatement make = connection.prepareStatement(
                    "CREATE TABLE IF NOT EXISTS trends (layer VARCHAR(5), metric VARCHAR(64), item VARCHAR(256),"
                            + " begins TIMESTAMP(3), ends TIMESTAMP(3), number BIGINT,"
                            + " PRIMARY KEY (layer, metric, begins, ends, item))")) {
                make.execute();
            }
            connection.setAutoCommit(false);
            return new TrendView(connection);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Where the batch layer ends. */
    synchronized Instant cutOff() {
        return cutOff;
    }

    /** Replaces counts of the speed layer. */
    synchronized void speed(Collection<WindowedCount> counts) {
        put(Layer.SPEED, counts);
    }

    /** Replaces all of the batch layer. */
    synchronized void batch(Collection<WindowedCount> counts, Instant newCutOff) {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM trends WHERE layer = 'BATCH'")) {
            delete.executeUpdate();
        } catch (SQLException e) {
            throw failed(e);
        }
        put(Layer.BATCH, counts);
        cutOff = newCutOff;
    }

    /** All counts of the speed layer. */
    List<WindowedCount> speed() {
        return query("SELECT * FROM trends WHERE layer = 'SPEED'").stream()
                .map(Served::count)
                .toList();
    }

    /** The highest counts that the speed layer has of a metric in a window. */
    List<WindowedCount> top(String metric, Instant begin, int most) {
        return query(
                        "SELECT * FROM trends WHERE layer = 'SPEED' AND metric = ? AND begins = ?"
                                + " ORDER BY number DESC, item LIMIT ?",
                        metric,
                        time(begin),
                        most)
                .stream()
                .map(Served::count)
                .toList();
    }

    /** The highest counts of a metric in each of the newest windows, of whichever layer is served, oldest first. */
    synchronized List<Served> served(String metric, int windows, int most) {
        LocalDateTime cut = time(cutOff);
        return query(
                "SELECT layer, metric, item, begins, ends, number FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY begins"
                        + " ORDER BY number DESC, item) AS place, DENSE_RANK() OVER (ORDER BY begins DESC) AS age FROM"
                        + " (SELECT *" + SERVED
                        + ") WHERE metric = ?) WHERE place <= ? AND age <= ? ORDER BY begins, place",
                cut,
                cut,
                metric,
                most,
                windows);
    }

    @Override
    public synchronized void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private void put(Layer layer, Collection<WindowedCount> counts) {
        try (PreparedStatement put = connection.prepareStatement("MERGE INTO trends VALUES (?, ?, ?, ?, ?, ?)")) {
            for (WindowedCount count : counts) {
                put.setString(1, layer.name());
                put.setString(2, count.metric());
                put.setString(3, count.key());
                put.setObject(4, time(count.windowStart()));
                put.setObject(5, time(count.windowEnd()));
                put.setLong(6, count.count());
                put.addBatch();
            }
            put.executeBatch();
            connection.commit();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private synchronized List<Served> query(String sql, Object... values) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            List<Served> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(new Served(
                            Layer.valueOf(rows.getString(1)),
                            new WindowedCount(
                                    rows.getString(2),
                                    rows.getString(3),
                                    rows.getObject(4, LocalDateTime.class).toInstant(ZoneOffset.UTC),
                                    rows.getObject(5, LocalDateTime.class).toInstant(ZoneOffset.UTC),
                                    rows.getLong(6))));
                }
            }
            return found;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static LocalDateTime time(Instant time) {
        return LocalDateTime.ofInstant(time, ZoneOffset.UTC);
    }

    private static FatalException failed(SQLException e) {
        return new FatalException("The counts in the state folder cannot be read or written: " + e.getMessage(), e);
    }
}
