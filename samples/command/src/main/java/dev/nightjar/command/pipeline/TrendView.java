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
import java.util.Set;
import java.util.stream.Collectors;

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

    /** What the batch layer has; nothing before the first batch of this run. */
    private Set<WindowedCount> batch = Set.of();

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

    /**
     * Replaces all of the batch layer. Of most windows a batch counts what the one before did; only what differs is
     * written, or each batch would take longer than the one before, and the stream wait for it.
     */
    synchronized void batch(Collection<WindowedCount> counts, Instant newCutOff) {
        Set<WindowedCount> next = Set.copyOf(counts);
        Set<WindowedCount> changed = without(next, batch);
        Set<WindowedCount> keys = changed.stream().map(TrendView::key).collect(Collectors.toSet());
        String all = "DELETE FROM trends WHERE layer = 'BATCH'";
        try (PreparedStatement earlier = connection.prepareStatement(all);
                PreparedStatement delete =
                        connection.prepareStatement(all + " AND metric = ? AND item = ? AND begins = ? AND ends = ?")) {
            if (batch.isEmpty()) {
                earlier.executeUpdate(); // of a run before this one
            }
            for (WindowedCount gone : without(batch, next)) {
                if (!keys.contains(key(gone))) {
                    delete.setString(1, gone.metric());
                    delete.setString(2, gone.key());
                    delete.setObject(3, time(gone.windowStart()));
                    delete.setObject(4, time(gone.windowEnd()));
                    delete.executeUpdate();
                }
            }
        } catch (SQLException e) {
            throw failed(e);
        }
        put(Layer.BATCH, changed);
        batch = next;
        cutOff = newCutOff;
    }

    private static Set<WindowedCount> without(Set<WindowedCount> counts, Set<WindowedCount> others) {
        return counts.stream().filter(count -> !others.contains(count)).collect(Collectors.toSet());
    }

    private static WindowedCount key(WindowedCount count) {
        return new WindowedCount(count.metric(), count.key(), count.windowStart(), count.windowEnd(), 0);
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
