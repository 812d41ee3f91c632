/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.nightjar.evaluation.Evaluation;
import dev.nightjar.evaluation.Reliability;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.IntStream;

/** A {@link Report} for programs: one line of JSON per model, then one for the cascade if there is one. */
public final class JsonReport {
    private static final JsonFactory JSON = new JsonFactory();
    private static final double[] SHARES =
            IntStream.rangeClosed(1, 20).mapToDouble(i -> i / 20.0).toArray();

    private JsonReport() {}

    /** Writes it as one document. */
    public static void write(Report report, PrintWriter out) throws IOException {
        for (Measurement model : report.models()) {
            out.println(describe(report, model));
        }
        if (report.cascade() != null) {
            out.println(describe(report.cascade()));
        }
        out.flush();
    }

    private static String describe(Report report, Measurement model) throws IOException {
        Evaluation all = model.all();
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("model", model.model());
            json.writeStringField("data", report.file());
            json.writeStringField("dataSha256", report.sha256());
            json.writeStringField("date", report.date().toString());
            writeMeasures(json, all);
            json.writeObjectFieldStart("intervals");
            for (Measure measure : Measure.values()) {
                Evaluation.Interval interval = model.interval(measure);
                json.writeFieldName(measure.key());
                json.writeArray(new double[] {interval.low(), interval.high()}, 0, 2);
            }
            json.writeEndObject();
            json.writeNumberField("calibrationError", model.reliability().calibrationError());
            if (model.temperature().isPresent()) {
                json.writeNumberField("temperature", model.temperature().getAsDouble());
            }
            json.writeNumberField("textsPerSecond", model.textsPerSecond());
            writeLabels(json, all);
            writeReliability(json, model);
            json.writeObjectFieldStart("withEmoji");
            writeMeasures(json, model.withEmoji());
            json.writeEndObject();
            json.writeObjectFieldStart("withoutEmoji");
            writeMeasures(json, model.withoutEmoji());
            json.writeEndObject();
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void writeMeasures(JsonGenerator json, Evaluation evaluation) throws IOException {
        json.writeNumberField("n", evaluation.total());
        json.writeNumberField("rejected", evaluation.rejected());
        if (evaluation.total() == 0) {
            return;
        }
        for (Measure measure : Measure.values()) {
            json.writeNumberField(measure.key(), measure.of(evaluation));
        }
    }

    private static void writeLabels(JsonGenerator json, Evaluation all) throws IOException {
        json.writeArrayFieldStart("labels");
        for (String label : all.labels()) {
            json.writeString(label);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("confusion");
        for (long[] row : all.confusion()) {
            json.writeArray(row, 0, row.length);
        }
        json.writeEndArray();
        json.writeObjectFieldStart("perLabel");
        for (String label : all.labels()) {
            json.writeObjectFieldStart(label);
            json.writeNumberField("precision", all.precision(label));
            json.writeNumberField("recall", all.recall(label));
            json.writeNumberField("f1", all.f1(label));
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void writeReliability(JsonGenerator json, Measurement model) throws IOException {
        json.writeArrayFieldStart("bins");
        for (Reliability.Bin bin : model.reliability().bins()) {
            json.writeStartObject();
            json.writeNumberField("from", bin.from());
            json.writeNumberField("to", bin.to());
            json.writeNumberField("answers", bin.answers());
            json.writeNumberField("score", bin.score());
            json.writeNumberField("accuracy", bin.accuracy());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("thresholds");
        for (Reliability.Threshold threshold : model.thresholds(SHARES)) {
            json.writeStartObject();
            json.writeNumberField("score", threshold.score());
            json.writeNumberField("coverage", threshold.coverage());
            json.writeNumberField("accuracy", threshold.accuracy());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static String describe(CascadeCurve curve) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeObjectFieldStart("cascade");
            json.writeStringField("first", curve.first().model());
            json.writeStringField("second", curve.second().model());
            json.writeStringField("measure", curve.measure().key());
            json.writeNumberField("suggestedMargin", curve.suggested().margin());
            json.writeArrayFieldStart("points");
            for (CascadeCurve.Point point : curve.points()) {
                json.writeStartObject();
                json.writeNumberField("margin", point.margin());
                json.writeNumberField("askedOfSecond", point.share());
                for (Measure measure : Measure.values()) {
                    json.writeNumberField(measure.key(), measure.of(point.evaluation()));
                }
                json.writeNumberField("textsPerSecond", point.textsPerSecond());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndObject();
        }
        return text.toString();
    }
}
