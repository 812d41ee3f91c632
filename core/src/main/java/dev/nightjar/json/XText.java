/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.json;

import dev.nightjar.Entity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text as X sends it, with the entities of the same level, prepared for use: the three characters that X escapes are
 * decoded once, and the entities' positions, which X counts in the escaped text, are shifted accordingly. A place
 * outside the text becomes unknown.
 *
 * <p>Immutable.
 */
record XText(String text, List<Entity> hashtags, List<Entity> mentions, List<Entity> urls) {
    private static final List<String> ESCAPES = List.of("&amp;", "&lt;", "&gt;");
    private static final String ESCAPED = "&<>";

    /** Reads a text and the entities of its level, in the words of v2 or v1.1. */
    static XText of(String sent, @Nullable JsonObject entities) {
        Places places = Places.decode(sent);
        if (entities == null) {
            return new XText(places.decoded, List.of(), List.of(), List.of());
        }
        String mentions = entities.has("mentions") ? "mentions" : "user_mentions";
        return new XText(
                places.decoded,
                entities(entities.objects("hashtags"), places, "tag", "text"),
                entities(entities.objects(mentions), places, "username", "screen_name"),
                entities(entities.objects("urls"), places, "expanded_url", "url"));
    }

    /** The same without the places, for entities that were counted in another text. */
    XText unplaced() {
        return new XText(text, unplaced(hashtags), unplaced(mentions), unplaced(urls));
    }

    private static List<Entity> unplaced(List<Entity> entities) {
        return entities.stream().map(entity -> Entity.of(entity.value())).toList();
    }

    private static List<Entity> entities(List<JsonObject> entities, Places places, String valueKey, String otherKey) {
        List<Entity> read = new ArrayList<>();
        for (JsonObject entity : entities) {
            String value = entity.string(valueKey);
            if (value == null) {
                value = entity.string(otherKey);
            }
            if (value != null) {
                read.add(places.entity(value, entity));
            }
        }
        return read;
    }

    /** Where each code point of the text as sent is in the decoded text. */
    private static final class Places {
        private final String decoded;
        private final int length;
        /** The places in the text as sent, behind which the decoded text is shorter, ascending. */
        private final int[] cuts;
        /** How much shorter it is behind each. */
        private final int[] shifts;

        private Places(String decoded, int length, int[] cuts, int[] shifts) {
            this.decoded = decoded;
            this.length = length;
            this.cuts = cuts;
            this.shifts = shifts;
        }

        static Places decode(String sent) {
            if (sent.indexOf('&') < 0 && sent.indexOf('\0') < 0) {
                return new Places(sent, sent.codePointCount(0, sent.length()), new int[0], new int[0]);
            }
            StringBuilder decoded = new StringBuilder(sent.length());
            int[] cuts = new int[16];
            int[] shifts = new int[16];
            int count = 0;
            int place = 0;
            int shift = 0;
            for (int i = 0; i < sent.length(); ) {
                int codePoint = sent.codePointAt(i);
                int escape = codePoint == '&' ? escapeAt(sent, i) : -1;
                int taken = escape < 0
                        ? Character.charCount(codePoint)
                        : ESCAPES.get(escape).length();
                int removed = codePoint == 0 ? 1 : escape < 0 ? 0 : taken - 1;
                if (escape >= 0) {
                    decoded.append(ESCAPED.charAt(escape));
                } else if (codePoint != 0) { // U+0000 is in no Tweet
                    decoded.appendCodePoint(codePoint);
                }
                place += escape < 0 ? 1 : taken;
                i += taken;
                if (removed > 0) {
                    if (count == cuts.length) {
                        cuts = Arrays.copyOf(cuts, 2 * count);
                        shifts = Arrays.copyOf(shifts, 2 * count);
                    }
                    shift += removed;
                    cuts[count] = place;
                    shifts[count++] = shift;
                }
            }
            return new Places(decoded.toString(), place, Arrays.copyOf(cuts, count), Arrays.copyOf(shifts, count));
        }

        private static int escapeAt(String text, int start) {
            for (int i = 0; i < ESCAPES.size(); i++) {
                if (text.startsWith(ESCAPES.get(i), start)) {
                    return i;
                }
            }
            return -1;
        }

        Entity entity(String value, JsonObject json) {
            Long start = json.integer("start");
            Long end = json.integer("end");
            if (json.value("indices") instanceof List<?> indices && indices.size() == 2) {
                start = JsonObject.integer(indices.get(0));
                end = JsonObject.integer(indices.get(1));
            }
            if (start == null || end == null || start < 0 || end < start || end > length) {
                return Entity.of(value);
            }
            return new Entity(value, moved(start.intValue()), moved(end.intValue()));
        }

        private int moved(int place) {
            int found = Arrays.binarySearch(cuts, place);
            int before = found >= 0 ? found : -found - 2;
            return before < 0 ? place : place - shifts[before];
        }
    }
}
