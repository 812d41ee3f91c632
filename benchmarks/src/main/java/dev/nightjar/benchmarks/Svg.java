/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;

/** Pictures in SVG, whose colours are classes of {@code report.css}. */
final class Svg {
    private static final int WIDTH = 460;
    private static final int ROW = 40;
    private static final int HEIGHT = 280;
    private static final int LEFT = 56;
    private static final int RIGHT = 20;
    private static final int TOP = 14;
    private static final int BOTTOM = 44;

    private Svg() {}

    /**
     * A bar.
     *
     * @param kind the class of its colour
     * @param text the value, written
     */
    record Bar(String label, String kind, double value, double low, double high, String text) {}

    /** A line through points, or a point. */
    record Line(String label, String kind, List<double[]> points) {}

    /** Bars from nothing, with what their rounds spread over as whiskers, each with its label above it. */
    static String bars(String title, List<Bar> bars) {
        double most = bars.stream().mapToDouble(Bar::high).max().orElse(1);
        StringBuilder svg = new StringBuilder(open(title, bars.size() * ROW + 4));
        for (int i = 0; i < bars.size(); i++) {
            Bar bar = bars.get(i);
            int y = i * ROW;
            double scale = WIDTH / most;
            svg.append(text("label", 0, y + 13, "start", bar.label))
                    .append(text("value", WIDTH, y + 13, "end", bar.text))
                    .append(format("<rect class='track' x='0' y='%d' width='%d' height='12' rx='2'/>", y + 19, WIDTH))
                    .append(format(
                            "<rect class='%s' x='0' y='%d' width='%.1f' height='12' rx='2'/>",
                            bar.kind, y + 19, Math.max(2, bar.value * scale)));
            if (bar.high > bar.low) {
                svg.append(format(
                        "<path class='whisker' d='M%.1f %d v8 M%.1f %d v8 M%.1f %d H%.1f'/>",
                        bar.low * scale, y + 21, bar.high * scale, y + 21, bar.low * scale, y + 25, bar.high * scale));
            }
        }
        return svg.append("</svg>\n").toString();
    }

    /** Lines over axes from 0 up; x is what a caller makes of it, such as a logarithm. */
    static String lines(
            String title,
            String xName,
            String yName,
            List<Line> lines,
            DoubleUnaryOperator scale,
            DoubleFunction<String> xText) {
        TreeSet<Double> places = lines.stream()
                .flatMap(line -> line.points.stream().map(point -> point[0]))
                .collect(Collectors.toCollection(TreeSet::new));
        double first = scale.applyAsDouble(places.first());
        double last = scale.applyAsDouble(places.last());
        double most = lines.stream()
                        .flatMap(line -> line.points.stream())
                        .mapToDouble(point -> point[1])
                        .max()
                        .orElse(1)
                * 1.05;
        DoubleUnaryOperator x = value -> LEFT
                + (scale.applyAsDouble(value) - first) / Math.max(1e-9, last - first) * (WIDTH - LEFT - RIGHT - 10);
        DoubleUnaryOperator y = value -> HEIGHT - BOTTOM - value / most * (HEIGHT - TOP - BOTTOM);
        StringBuilder svg = new StringBuilder(open(title, HEIGHT));
        yAxis(svg, yName, 0, most, y);
        double before = -100;
        for (double place : places) {
            if (x.applyAsDouble(place) - before > 34) {
                before = x.applyAsDouble(place);
                svg.append(text("tick", before, HEIGHT - BOTTOM + 16, "middle", xText.apply(place)));
            }
        }
        svg.append(text("axis", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 8, "middle", xName));
        for (Line line : lines) {
            svg.append(format(
                    "<polyline class='line %s' points='%s'/>",
                    line.kind,
                    line.points.stream()
                            .map(point -> format("%.1f,%.1f", x.applyAsDouble(point[0]), y.applyAsDouble(point[1])))
                            .collect(Collectors.joining(" "))));
            for (double[] point : line.points) {
                svg.append(format(
                        "<circle class='%s' cx='%.1f' cy='%.1f' r='3'><title>%s</title></circle>",
                        line.kind,
                        x.applyAsDouble(point[0]),
                        y.applyAsDouble(point[1]),
                        escape(line.label + ": " + Report.figure(point[1]))));
            }
        }
        return svg.append("</svg>\n").toString();
    }

    /** Points with their names, x as a logarithm, y over a part of its axis. */
    static String points(String title, String xName, String yName, List<Line> points, double low, double high) {
        double[] xs = points.stream()
                .mapToDouble(point -> Math.log10(point.points.get(0)[0]))
                .toArray();
        double first = Math.floor(Arrays.stream(xs).min().orElse(0));
        double last = Math.ceil(Arrays.stream(xs).max().orElse(1) + 0.2);
        DoubleUnaryOperator x = value -> LEFT + (Math.log10(value) - first) / (last - first) * (WIDTH - LEFT - RIGHT);
        DoubleUnaryOperator y = value -> HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM);
        StringBuilder svg = new StringBuilder(open(title, HEIGHT));
        yAxis(svg, yName, low, high, y);
        for (double power = first; power <= last; power++) {
            double at = x.applyAsDouble(Math.pow(10, power));
            svg.append(format("<line class='grid' x1='%.1f' y1='%d' x2='%.1f' y2='%d'/>", at, TOP, at, HEIGHT - BOTTOM))
                    .append(text(
                            "tick",
                            power == last ? WIDTH : at,
                            HEIGHT - BOTTOM + 16,
                            power == last ? "end" : "middle",
                            Report.figure(Math.pow(10, power))));
        }
        svg.append(text("axis", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 8, "middle", xName));
        for (Line point : points) {
            double px = x.applyAsDouble(point.points.get(0)[0]);
            double py = y.applyAsDouble(point.points.get(0)[1]);
            boolean right = px > WIDTH * 0.6;
            svg.append(format("<circle class='%s' cx='%.1f' cy='%.1f' r='5'/>", point.kind, px, py))
                    .append(text("label", px + (right ? -9 : 9), py + 4, right ? "end" : "start", point.label));
        }
        return svg.append("</svg>\n").toString();
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;")
                .replace("\"", "&quot;");
    }

    private static void yAxis(StringBuilder svg, String name, double low, double high, DoubleUnaryOperator y) {
        double step = Math.pow(10, Math.floor(Math.log10((high - low) / 2)));
        while ((high - low) / step > 6) {
            step *= (high - low) / step > 12 ? 5 : 2;
        }
        for (double tick = Math.ceil(low / step) * step; tick <= high; tick += step) {
            double at = y.applyAsDouble(tick);
            svg.append(format("<line class='grid' x1='%d' y1='%.1f' x2='%d' y2='%.1f'/>", LEFT, at, WIDTH - RIGHT, at))
                    .append(text("tick", LEFT - 6, at + 4, "end", Report.figure(tick)));
        }
        svg.append(format(
                "<text class='axis' text-anchor='middle' transform='translate(12 %.1f) rotate(-90)'>%s</text>",
                (TOP + HEIGHT - BOTTOM) / 2.0, escape(name)));
    }

    private static String open(String title, int height) {
        return format(
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' role='img' aria-label='%s'>",
                WIDTH, height, escape(title));
    }

    private static String text(String kind, double x, double y, String anchor, String text) {
        return format(
                "<text class='%s' x='%.1f' y='%.1f' text-anchor='%s'>%s</text>", kind, x, y, anchor, escape(text));
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
