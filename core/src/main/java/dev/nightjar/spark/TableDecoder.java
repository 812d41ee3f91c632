/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.inline;
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
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;
import org.jspecify.annotations.Nullable;

/** Makes rows of {@link TweetSchemas#topic()} of the rows of a table: its columns that are read, its file, its JSON. */
final class TableDecoder extends SqlFunction {
    private static final long serialVersionUID = 1L;

    private final RowMapping mapping;
    private final StructType type;
    /** Of the next row; each task has an object of its own. */
    private transient long offset;

    private TableDecoder(RowMapping mapping, Expression row) {
        super("decode(", row, TopicDecoder.ROWS);
        this.mapping = mapping;
        this.type = (StructType) row.dataType();
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
        read.add(to_json(struct(col("*"))).cast(DataTypes.BinaryType));
        RowMapping mapping = new RowMapping(places, idRule);
        Dataset<Row> rows = table.select(
                struct(read.toArray(org.apache.spark.sql.Column[]::new)).as("row"));
        return Values.calling(
                rows, row -> new TableDecoder(mapping, row), tweets -> rows.select(inline(tweets.apply(col("row")))));
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
    Object value(Object argument) {
        return new GenericArrayData(new Object[] {decoded((InternalRow) argument)});
    }

    private InternalRow decoded(InternalRow row) {
        int fields = type.size() - 2;
        byte[] original = row.getBinary(fields + 1);
        InternalRow record = new GenericInternalRow(
                new Object[] {row.getUTF8String(fields), TaskContext.getPartitionId(), offset++, null, original, null});
        try {
            List<String> values = new ArrayList<>(fields);
            for (int i = 0; i < fields; i++) {
                values.add(text(row, i));
            }
            if (row.isNullAt(mapping.columns().getOrDefault(Column.TEXT, 0))) {
                throw new DataException("missing-field", "The row has no text");
            }
            return TopicDecoder.tweet(mapping.tweet(values), record);
        } catch (DataException e) {
            return TopicDecoder.dead(
                    DeadLetter.of(DeadLetter.Stage.DECODE, e, TopicDecoder.origin(record), original), record);
        }
    }

    private String text(InternalRow row, int field) {
        if (row.isNullAt(field)) {
            return "";
        }
        DataType column = type.fields()[field].dataType();
        if (column instanceof TimestampType) {
            return TweetColumns.instant(row.getLong(field)).toString();
        }
        Object value = CatalystTypeConverters.convertToScala(row.get(field, column), column);
        return value instanceof BigDecimal number ? number.toPlainString() : value.toString();
    }

    @Override
    SqlFunction of(Expression row) {
        return new TableDecoder(mapping, row);
    }

    @Override
    Object identity() {
        return mapping;
    }
}
