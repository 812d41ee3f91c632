/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The area of a chart in SVG, drawn into a page; its colours are those of the page's style sheet. */
record Chart(Markup page, double lowX, double highX, double lowY, double highY) {
    private static final int WIDTH = 460;
    private static final int HEIGHT = 320;
    private static final int LEFT = 52;
    private static final int RIGHT = 24;
    private static final int TOP = 12;
    private static final int BOTTOM = 46;

    /**
     * Draws axes of percentages, then what the content draws.
     *
     * @param title what it shows, for readers who cannot see it
     */
    void draw(String title, String x, String y, Runnable content) {
        page.in("svg", List.of("viewBox", "0 0 " + WIDTH + ' ' + HEIGHT, "role", "img", "aria-label", title), () -> {
            for (double tick : ticks(lowX, highX)) {
                page.empty("line.grid", line(tick, lowY, tick, highY));
                label("tick", x(tick), HEIGHT - BOTTOM + 16, "middle", percent(tick));
            }
            for (double tick : ticks(lowY, highY)) {
                page.empty("line.grid", line(lowX, tick, highX, tick));
                label("tick", LEFT - 6, y(tick) + 4, "end", percent(tick));
            }
            label("axis", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 8, "middle", x);
            page.text(
                    "text.axis",
                    List.of(
                            "text-anchor",
                            "middle",
                            "transform",
                            String.format(
                                    Locale.ROOT, "translate(12 %.1f) rotate(-90)", (TOP + HEIGHT - BOTTOM) / 2.0)),
                    y);
            content.run();
        });
    }

    /** A straight line, over the whole chart or a part. */
    void line(String style, double fromX, double fromY, double toX, double toY) {
        page.empty("line." + style, line(fromX, fromY, toX, toY));
    }

    /** A line through points of x and y. */
    void path(String style, List<double[]> points) {
        page.empty(
                "polyline." + style,
                "points",
                points.stream()
                        .map(point -> String.format(Locale.ROOT, "%.1f,%.1f", x(point[0]), y(point[1])))
                        .collect(Collectors.joining(" ")));
    }

    /** A dot with a tooltip. */
    void dot(String style, double x, double y, String tip) {
        page.in(
                "circle." + style,
                List.of("cx", number(x(x)), "cy", number(y(y)), "r", "4"),
                () -> page.text("title", tip));
    }

    /** A bar between two heights with a tooltip. */
    void bar(String style, double fromX, double toX, double fromY, double toY, String tip) {
        double top = Math.min(y(fromY), y(toY));
        page.in(
                "rect." + style,
                List.of(
                        "x",
                        number(x(fromX) + 1),
                        "y",
                        number(top),
                        "width",
                        number(x(toX) - x(fromX) - 2),
                        "height",
                        number(Math.abs(y(fromY) - y(toY)))),
                () -> page.text("title", tip));
    }

    /** A text at a point. */
    void mark(double x, double y, String anchor, String text) {
        label("mark", x(x), y(y) - 8, anchor, text);
    }

    private void label(String style, double x, double y, String anchor, String text) {
        page.text("text." + style, List.of("x", number(x), "y", number(y), "text-anchor", anchor), text);
    }

    private String[] line(double fromX, double fromY, double toX, double toY) {
        return new String[] {"x1", number(x(fromX)), "y1", number(y(fromY)), "x2", number(x(toX)), "y2", number(y(toY))
        };
    }

    private double x(double value) {
        return LEFT + (value - lowX) / (highX - lowX) * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - (value - lowY) / (highY - lowY) * (HEIGHT - TOP - BOTTOM);
    }

    /** Round numbers from a low one to a high one, some five of them. */
    private static List<Double> ticks(double low, double high) {
        double step = 0.2;
        for (double finer : new double[] {0.1, 0.05, 0.02, 0.01}) {
            if ((high - low) / step < 4) {
                step = finer;
            }
        }
        List<Double> ticks = new ArrayList<>();
        for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + 1e-9; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    private static String percent(double share) {
        return Math.round(100 * share) + " %";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
