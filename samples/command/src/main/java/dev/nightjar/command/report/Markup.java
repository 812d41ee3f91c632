/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.report;

import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes a page of HTML that is XML too. Every text and attribute is escaped by the writer beneath, so that no text of
 * a tweet becomes markup.
 *
 * <p>An element is named as in a style sheet, {@code td.number}; attributes are names and values in turn.
 */
final class Markup {
    /** Elements that stand in a line of text, where a line feed would be a space. */
    private static final Set<String> IN_LINE = Set.of("b", "code", "small", "span");

    private final StringWriter page = new StringWriter();
    private final XMLStreamWriter xml;

    Markup() {
        try {
            // The JDK's own: another one on the class path may collapse empty elements, which HTML does not allow.
            xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(page);
            xml.writeDTD("<!DOCTYPE html>");
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An element around what the content writes. */
    void in(String element, List<String> attributes, Runnable content) {
        try {
            int dot = element.indexOf('.');
            xml.writeStartElement(dot < 0 ? element : element.substring(0, dot));
            writeAttributes(element, attributes);
            content.run();
            xml.writeEndElement();
            if (!IN_LINE.contains(element)) {
                xml.writeCharacters("\n");
            }
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
    }

    void in(String element, Runnable content) {
        in(element, List.of(), content);
    }

    /** An element around a text. */
    void text(String element, List<String> attributes, String text) {
        in(element, attributes, () -> text(text));
    }

    void text(String element, String text) {
        text(element, List.of(), text);
    }

    /** Elements of one kind, each around a text. */
    void texts(String element, String... texts) {
        for (String text : texts) {
            text(element, text);
        }
    }

    void text(String text) {
        try {
            xml.writeCharacters(wellFormed(text));
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An element without content, such as {@code meta} or a shape of SVG. */
    void empty(String element, String... attributes) {
        try {
            int dot = element.indexOf('.');
            xml.writeEmptyElement(dot < 0 ? element : element.substring(0, dot));
            writeAttributes(element, List.of(attributes));
            xml.writeCharacters("\n");
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return page.toString();
    }

    private void writeAttributes(String element, List<String> attributes) throws XMLStreamException {
        int dot = element.indexOf('.');
        if (dot >= 0) {
            xml.writeAttribute("class", element.substring(dot + 1).replace('.', ' '));
        }
        for (int i = 0; i < attributes.size(); i += 2) {
            xml.writeAttribute(attributes.get(i), wellFormed(attributes.get(i + 1)));
        }
    }

    /** What XML has no way to write, such as most control characters and half a surrogate pair, becomes U+FFFD. */
    private static String wellFormed(String text) {
        StringBuilder kept = new StringBuilder(text.length());
        text.codePoints().map(c -> isWellFormed(c) ? c : 0xFFFD).forEach(kept::appendCodePoint);
        return kept.toString();
    }

    private static boolean isWellFormed(int c) {
        if (c < ' ') {
            return c == '\t' || c == '\n';
        }
        return c < 0xD800 || (c > 0xDFFF && c != 0xFFFE && c != 0xFFFF);
    }
}
