/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.Classifier;
import dev.nightjar.classifier.lr.LabelledText;
import dev.nightjar.evaluation.Reliability;
import dev.nightjar.testkit.KeywordClassifier;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportTest {
    private static final String SHA256 = "0123456789abcdef".repeat(4);
    private static final String HOSTILE = "happy <script>alert('&')</script> \u0001\ud800 \"</td></table>";
    private static final List<LabelledText> TEXTS = List.of(
            new LabelledText("positive", "happy happy great"),
            new LabelledText("positive", "so much fun \ud83c\udf89"),
            new LabelledText("negative", "I love it when it rains, great \ud83d\ude44"),
            new LabelledText("negative", HOSTILE),
            new LabelledText("negative", "what a terrible, broken thing"),
            new LabelledText("neutral", "the train leaves at ten"),
            new LabelledText("neutral", ""),
            new LabelledText("mixed", "sad and happy"));

    private static final Measurement MEASURED = measured(KeywordClassifier.sentiment());
    private static final Report REPORT = report(List.of(MEASURED));

    @Test
    void thePageIsWellFormedAndNeedsNothingElse() throws Exception {
        String page = HtmlReport.of(REPORT);
        Document document = parse(page);
        assertThat(document.getElementsByTagName("svg").getLength()).isEqualTo(2);
        assertThat(document.getElementsByTagName("script").getLength()).isZero();
        assertThat(page).startsWith("<!DOCTYPE html>").contains("default-src 'none'");
        assertThat(page).doesNotContain("http://", "https://", "src=", "@import", "url(");
        assertThat(attributes(document, "href")).containsExactly("data:,");
    }

    @Test
    void aTextIsShownAsItIsAndNeverAsMarkup() throws Exception {
        String page = HtmlReport.of(REPORT);
        assertThat(page).doesNotContain("<script", "</script");
        assertThat(texts(parse(page), "td"))
                .contains(HOSTILE.replace('\u0001', '\ufffd').replace('\ud800', '\ufffd'));
    }

    @Test
    void thePageHoldsTheFigures() throws Exception {
        String text = parse(HtmlReport.of(REPORT)).getDocumentElement().getTextContent();
        assertThat(text)
                .contains(MEASURED.model())
                .contains("birds.tsv")
                .contains(SHA256)
                .contains("21 November 2026, 12:30 UTC")
                .contains(percent(MEASURED.all().accuracy()))
                .contains(percent(MEASURED.all().macroF1()))
                .contains(percent(MEASURED.all().macroRecall()))
                .contains(percent(MEASURED.reliability().calibrationError()))
                .contains("(%.1f to %.1f)"
                        .formatted(
                                100 * MEASURED.interval(Measure.MACRO_F1).low(),
                                100 * MEASURED.interval(Measure.MACRO_F1).high()))
                .contains("no answer")
                .contains("labels that the model does not give: mixed");
        assertThat(MEASURED.all().accuracy()).isEqualTo(4 / 8.0);
    }

    @Test
    void theWorstErrorsComeFirst() throws Exception {
        assertThat(MEASURED.worst(9))
                .extracting(mistake -> mistake.text().text())
                .startsWith(TEXTS.get(2).text());
        assertThat(MEASURED.worst(9))
                .hasSize(3)
                .isSortedAccordingTo((a, b) ->
                        Double.compare(b.answered().score(), a.answered().score()));
        List<String> cells = texts(parse(HtmlReport.of(REPORT)), "td");
        assertThat(cells)
                .containsSubsequence(
                        "0.80", "positive", "negative", TEXTS.get(2).text(), "0.67");
    }

    @Test
    void textsWithEmojiAreMeasuredApart() {
        assertThat(MEASURED.withEmoji().total()).isEqualTo(2);
        assertThat(MEASURED.withEmoji().accuracy()).isEqualTo(0.5);
        assertThat(MEASURED.withoutEmoji().total()).isEqualTo(6);
        for (String emoji :
                List.of("\ud83e\udd89", "\u2764", "\u2600\ufe0f", "1\ufe0f\u20e3", "\ud83c\udde9\ud83c\uddea")) {
            assertThat(Measurement.hasEmoji("a " + emoji)).as(emoji).isTrue();
        }
        assertThat(Measurement.hasEmoji("caf\u00e9 \u20ac 5, \u4f60\u597d \u2026 :-)"))
                .isFalse();
    }

    @Test
    void thresholdsAreThoseThatCoverEnough() {
        List<Reliability.Threshold> thresholds = MEASURED.thresholds(0.1, 0.5, 1);
        assertThat(thresholds.get(0).coverage()).isGreaterThanOrEqualTo(0.1);
        assertThat(thresholds.get(1).coverage()).isGreaterThanOrEqualTo(0.5);
        assertThat(thresholds.get(thresholds.size() - 1).coverage())
                .as("all but the rejected text")
                .isEqualTo(7 / 8.0);
    }

    @Test
    void severalModelsAreComparedAndTheirCascadeIsDrawn() throws Exception {
        Measurement other = measured(KeywordClassifier.sentiment().name("other"));
        CascadeCurve curve = new CascadeCurve(MEASURED, other, Measure.MACRO_RECALL);
        Report both =
                new Report("Both", "birds.tsv", SHA256, Instant.EPOCH, List.of(MEASURED, other), curve, "Mind it.");
        Document page = parse(HtmlReport.of(both));
        assertThat(page.getElementsByTagName("svg").getLength())
                .as("two charts for each model, the cascade, six ranges")
                .isEqualTo(11);
        assertThat(page.getDocumentElement().getTextContent())
                .contains("Side by side", "Cascade", "Suggested: margin 0.00", "Mind it.", "other@");
        assertThat(text(both))
                .contains("<- suggested", "Suggested     margin 0.00: 0.0 % of the texts asked of other@");
        assertThat(json(both).lines()).hasSize(3);
        assertThat(json(both).lines().skip(2).findFirst().orElseThrow())
                .startsWith("{\"cascade\":{\"first\":\"keyword-sentiment@")
                .contains("\"suggestedMargin\":0.0")
                .contains("\"askedOfSecond\":");
    }

    @Test
    void theTextHasTheSameFigures() {
        assertThat(text(REPORT))
                .contains("Data          birds.tsv, SHA-256 " + SHA256)
                .contains("Texts         8, of them 1 rejected")
                .contains("Accuracy      50.00 %  (95 %: ")
                .contains("Calibration   error ")
                .contains("with emoji            2       50.0")
                .contains("Not a label   of this model: mixed");
    }

    @Test
    void jsonHasTheSameFiguresOnOneLine() {
        assertThat(json(REPORT).lines()).hasSize(1);
        assertThat(json(REPORT))
                .startsWith("{\"model\":\"keyword-sentiment@")
                .contains("\"n\":8,\"rejected\":1,\"accuracy\":0.5,\"macroF1\":")
                .contains("\"intervals\":{\"accuracy\":[")
                .contains("\"calibrationError\":")
                .contains("\"perLabel\":{\"neutral\":{\"precision\":")
                .contains("\"bins\":[{\"from\":0.0,")
                .contains("\"thresholds\":[{\"score\":")
                .contains("\"withEmoji\":{\"n\":2,")
                .contains("\"dataSha256\":\"" + SHA256 + '"')
                .doesNotContain("terrible");
    }

    @Test
    void noTextsWithEmojiHaveNoFigures() throws Exception {
        List<LabelledText> plain = List.of(
                new LabelledText("positive", "happy happy great"),
                new LabelledText("negative", "what a terrible thing"));
        Report report;
        try (Classifier classifier = KeywordClassifier.sentiment().open()) {
            report = report(List.of(Measurement.of("plain", classifier, plain)));
        }
        assertThat(text(report))
                .containsPattern("with emoji +0 +- +- +-\n")
                .contains("without emoji         2      100.0");
        assertThat(json(report)).contains("\"withEmoji\":{\"n\":0,\"rejected\":0}");
        assertThat(texts(parse(HtmlReport.of(report)), "td"))
                .containsSubsequence("with emoji", "0", "-", "-", "-", "without emoji", "2");
    }

    private static Report report(List<Measurement> models) {
        return new Report("Evaluation", "birds.tsv", SHA256, Instant.parse("2026-11-21T12:30:00Z"), models, null, "");
    }

    private static Measurement measured(KeywordClassifier.Factory factory) {
        try (Classifier classifier = factory.open()) {
            return Measurement.of(factory.name(), classifier, TEXTS);
        }
    }

    private static String text(Report report) {
        StringWriter out = new StringWriter();
        TextReport.write(report, new PrintWriter(out));
        return out.toString();
    }

    private static String json(Report report) {
        StringWriter out = new StringWriter();
        try {
            JsonReport.write(report, new PrintWriter(out));
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
        return out.toString();
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    private static Document parse(String page) throws Exception {
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(page)));
    }

    private static List<String> texts(Document page, String tag) {
        NodeList elements = page.getElementsByTagName(tag);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < elements.getLength(); i++) {
            texts.add(elements.item(i).getTextContent());
        }
        return texts;
    }

    private static List<String> attributes(Document page, String name) {
        NodeList elements = page.getElementsByTagName("*");
        List<String> values = new ArrayList<>();
        for (int i = 0; i < elements.getLength(); i++) {
            if (elements.item(i) instanceof Element element && element.hasAttribute(name)) {
                values.add(element.getAttribute(name));
            }
        }
        return values;
    }
}
