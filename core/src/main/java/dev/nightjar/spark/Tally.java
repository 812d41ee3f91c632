/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.Ledger;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Counts what became of rows. A partition's tally travels to the driver as rows, the task's result: an accumulator would
 * count the rows of a repeated task twice.
 */
final class Tally {
    static final StructType SCHEMA = new StructType()
            .add("kind", DataTypes.StringType)
            .add("name", DataTypes.StringType)
            .add("count", DataTypes.LongType);

    private final Map<Kind, SortedMap<String, Long>> counts = new EnumMap<>(Kind.class);

    void add(Kind kind, String name, long count) {
        counts.computeIfAbsent(kind, key -> new TreeMap<>()).merge(name, count, Long::sum);
    }

    void addAll(List<Row> rows) {
        rows.forEach(row -> add(Kind.valueOf(row.getString(0)), row.getString(1), row.getLong(2)));
    }

    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        counts.forEach((kind, byName) ->
                byName.forEach((name, count) -> rows.add(RowFactory.create(kind.name(), name, count))));
        return rows;
    }

    Ledger ledger() {
        return new Ledger(
                of(Kind.IN).getOrDefault("", 0L),
                of(Kind.OUT).getOrDefault("", 0L),
                of(Kind.DEAD_LETTER),
                of(Kind.SKIPPED));
    }

    private SortedMap<String, Long> of(Kind kind) {
        return counts.getOrDefault(kind, new TreeMap<>());
    }

    /** What a count is of; dead letters and skipped rows are counted by reason, the others under the empty name. */
    enum Kind {
        IN,
        OUT,
        DEAD_LETTER,
        SKIPPED
    }
}
