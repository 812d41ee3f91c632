/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.input_file_name;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.DeadLetter;
import dev.nightjar.json.IdRule;
import dev.nightjar.json.RowMapping;
import dev.nightjar.json.RowMapping.Column;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Makes rows of {@link TweetSchemas#topic()} of the rows of a table: its columns that are read, its file, its JSON. */
final class TableDecoder implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1L;

    private final RowMapping mapping;
    private final TimeType times;

    private TableDecoder(RowMapping mapping, TimeType times) {
        this.mapping = mapping;
        this.times = times;
    }

    static Dataset<Row> decode(Dataset<Row> table, @Nullable String columns, @Nullable String idFrom) {
        List<String> names = new ArrayList<>();
        List<org.apache.spark.sql.Column> leaves = new ArrayList<>();
        leaves(table.schema(), "", "", names, leaves);
        Map<Column, Integer> found = find(names, columns);
        IdRule idRule = idFrom == null ? null : IdRule.parse(idFrom);
        if (!found.containsKey(Column.TEXT) || (idRule == null && !found.containsKey(Column.ID))) {
            throw new ConfigException("The table's columns are " + String.join(", ", names) + ", and which holds "
                    + (found.containsKey(Column.TEXT)
                            ? "an id"
                            : found.containsKey(Column.ID) ? "the text" : "an id and the text")
                    + " is not known, or it is no text or number. Say so as in id=tweet_id,text=content, cast it, or have ids"
                    + " made from text,created_at");
        }
        Map<Column, Integer> places = new EnumMap<>(Column.class);
        List<org.apache.spark.sql.Column> read = new ArrayList<>();
        found.forEach((column, index) -> {
            places.put(column, read.size());
            read.add(leaves.get(index).as("c" + read.size()));
        });
        read.add(input_file_name());
        read.add(to_json(struct(col("*"))));
        return table.select(read.toArray(org.apache.spark.sql.Column[]::new))
                .mapPartitions(
                        new TableDecoder(new RowMapping(places, idRule), TimeType.in(table.sparkSession())),
                        Encoders.row(TweetSchemas.topic()));
    }

    private static Map<Column, Integer> find(List<String> names, @Nullable String columns) {
        try {
            return RowMapping.find(names, columns);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "'" + columns + "' does not say which columns hold what; say it as in id=tweet_id,text=content", e);
        }
    }

    /** The columns with one value, those within structs too: {@code author.username}. */
    private static void leaves(
            StructType type, String name, String path, List<String> names, List<org.apache.spark.sql.Column> leaves) {
        for (StructField field : type.fields()) {
            String quoted = path + '`' + field.name().replace("`", "``") + '`';
            if (field.dataType() instanceof StructType nested) {
                leaves(nested, name + field.name() + '.', quoted + '.', names, leaves);
            } else if (!(field.dataType() instanceof ArrayType
                    || field.dataType() instanceof MapType
                    || field.dataType() instanceof BinaryType)) {
                names.add(name + field.name());
                leaves.add(col(quoted));
            }
        }
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        int partition = TaskContext.getPartitionId();
        return new Iterator<>() {
            private long offset;

            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public Row next() {
                return decode(rows.next(), partition, offset++);
            }
        };
    }

    private Row decode(Row row, int partition, long offset) {
        int fields = row.size() - 2;
        byte[] original = row.getString(fields + 1).getBytes(StandardCharsets.UTF_8);
        Row record = TopicDecoder.record(row.getString(fields), partition, offset, null, original, null);
        try {
            List<String> values = new ArrayList<>(fields);
            for (int i = 0; i < fields; i++) {
                values.add(text(row.get(i)));
            }
            if (row.isNullAt(mapping.columns().getOrDefault(Column.TEXT, 0))) {
                throw new DataException("missing-field", "The row has no text");
            }
            return TopicDecoder.tweet(mapping.tweet(values), times, record);
        } catch (DataException e) {
            return TopicDecoder.dead(
                    DeadLetter.of(DeadLetter.Stage.DECODE, e, TopicDecoder.origin(record), original), record);
        }
    }

    private static String text(@Nullable Object value) {
        return value == null
                ? ""
                : value instanceof BigDecimal number
                        ? number.toPlainString()
                        : TimeType.plain(value).toString();
    }
}
