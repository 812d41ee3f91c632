/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.Classification;
import dev.nightjar.DataException;
import dev.nightjar.ScoredLabel;
import dev.nightjar.WireName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.unsafe.types.UTF8String;

/** A classification as a struct of {@link TweetSchemas#classification()}. */
final class ClassificationColumn {
    static final int SIZE = TweetSchemas.classification().size();
    private static final int SCORES = TweetSchemas.classification().fieldIndex("scores");
    private static final int RANKING = TweetSchemas.classification().fieldIndex("ranking");
    private static final int TRUNCATED = TweetSchemas.classification().fieldIndex("truncated");
    private static final int MODEL = TweetSchemas.classification().fieldIndex("model");
    private static final int REJECTED = TweetSchemas.classification().fieldIndex("rejected");

    private ClassificationColumn() {}

    /** The struct as Spark has it within. */
    static InternalRow internal(Classification classification) {
        return internal(classification, UTF8String::fromString);
    }

    /** The struct, with Spark's form of the names of models and labels, which are few. */
    static InternalRow internal(Classification classification, Function<String, UTF8String> names) {
        UTF8String model = names.apply(classification.model());
        if (classification instanceof Classification.Rejected rejected) {
            UTF8String reason = names.apply(WireName.of(rejected.reason()));
            return new GenericInternalRow(new Object[] {null, null, null, null, null, model, reason});
        }
        Classification.Scored scored = (Classification.Scored) classification;
        Object[] labels = new Object[scored.scores().size()];
        Object[] scores = new Object[labels.length];
        for (int i = 0; i < labels.length; i++) {
            ScoredLabel label = scored.scores().get(i);
            labels[i] = names.apply(label.label());
            scores[i] = label.score();
        }
        ArrayData ranking = new GenericArrayData(labels);
        MapData all = new ArrayBasedMapData(ranking, new GenericArrayData(scores));
        return new GenericInternalRow(
                new Object[] {labels[0], scores[0], all, ranking, scored.truncated(), model, null});
    }

    /**
     * The classification in a struct.
     *
     * @throws DataException if the struct holds none
     */
    static Classification classification(InternalRow row) {
        if (row.isNullAt(MODEL) || (row.isNullAt(REJECTED) && (row.isNullAt(SCORES) || row.isNullAt(RANKING)))) {
            throw new DataException("bad-column", "A classification lacks its model or its scores");
        }
        String model = row.getString(MODEL);
        try {
            return row.isNullAt(REJECTED)
                    ? new Classification.Scored(
                            model, scores(row), !row.isNullAt(TRUNCATED) && row.getBoolean(TRUNCATED))
                    : new Classification.Rejected(model, reason(row.getString(REJECTED)));
        } catch (IllegalArgumentException e) {
            throw new DataException("bad-column", "A classification is not one", e);
        }
    }

    private static List<ScoredLabel> scores(InternalRow row) {
        MapData all = row.getMap(SCORES);
        Map<UTF8String, Double> scores = new HashMap<>();
        for (int i = 0; i < all.numElements(); i++) {
            if (!all.valueArray().isNullAt(i)) {
                scores.put(all.keyArray().getUTF8String(i), all.valueArray().getDouble(i));
            }
        }
        ArrayData ranking = row.getArray(RANKING);
        return IntStream.range(0, ranking.numElements())
                .mapToObj(ranking::getUTF8String)
                .map(label -> new ScoredLabel(String.valueOf(label), scores.getOrDefault(label, Double.NaN)))
                .toList();
    }

    private static Classification.Reason reason(String name) {
        return WireName.parseKebab(Classification.Reason.class, name);
    }
}
