/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import dev.nightjar.ConfigException;
import dev.nightjar.DataException;
import dev.nightjar.SourceBatch;
import dev.nightjar.json.IdRule;
import dev.nightjar.json.XJson;
import dev.nightjar.json.XPayload;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** JSON of the X API, of its archives and of those who collect from it: whatever {@link XJson} reads. */
final class XFormat implements TweetFormat {
    private static final Pattern BEGINS = Pattern.compile("(?m)^[ \\t\u001E]*[\\[{]");
    private static final Pattern ARCHIVE =
            Pattern.compile("\\s*(?:window\\.YTD\\.(\\w+)\\.part\\d+|[\\w.$ ]{1,100}?)\\s*=\\s*[\\[{]");
    private static final Set<String> ARCHIVED_TWEETS = Set.of("tweet", "tweets", "community_tweet", "community_tweets");
    private static final Pattern GRAPH_QL = Pattern.compile("\"(?:__typename|rest_id|globalObjects)\"\\s*:");

    private static final Pattern PYTHON = Pattern.compile("(?m)^\\s*\\[?\\{u?'");

    private final @Nullable IdRule idRule;

    XFormat(@Nullable IdRule idRule) {
        this.idRule = idRule;
    }

    @Override
    public String name() {
        return "x";
    }

    @Override
    public @Nullable String detect(String beginning) {
        Matcher archive = ARCHIVE.matcher(beginning);
        if (archive.lookingAt()) {
            refuseOtherParts(archive.group(1));
            return "it begins as a part of an account archive does";
        }
        if (beginning.isBlank()) {
            return "it is empty as far as it was looked at";
        }
        if (!BEGINS.matcher(beginning).find()) {
            return null;
        }
        refuseOtherShapes(beginning);
        return beginning.stripLeading().startsWith("[") ? "it begins with a list in JSON" : "it has objects in JSON";
    }

    @Override
    public Reader reader(String beginning) {
        return new Reader() {
            @Override
            public Framing framing() {
                return Framing.JSON;
            }

            @Override
            public SourceBatch read(byte[] record, String origin) {
                XPayload payload = XJson.read(record, origin, idRule);
                if (payload.isError()) {
                    throw new DataException("x-error", "The line is an error of the X API, not data");
                }
                return new SourceBatch(
                        payload.tweets(), payload.deadLetters(), payload.deletedIds(), payload.skipped());
            }
        };
    }

    private static void refuseOtherParts(@Nullable String part) {
        if (part != null && !ARCHIVED_TWEETS.contains(part)) {
            throw new ConfigException(
                    "This is the part '" + part
                            + "' of an account archive, which holds no tweets to replay; give data/tweets.js and its further parts");
        }
    }

    /** A file of which no record can be read since all have one shape that is known is refused as a whole. */
    private void refuseOtherShapes(String beginning) {
        DataException refused = null;
        boolean whole = false;
        try (Records records = new Records(
                new ByteArrayInputStream(beginning.getBytes(StandardCharsets.UTF_8)),
                new JsonFramer(),
                '\n',
                beginning.length() * 3,
                Records.Mark.START)) {
            for (Records.Raw raw = records.next(); raw != null; raw = records.next()) {
                try {
                    XPayload payload = XJson.read(raw.bytes(), "", idRule);
                    whole |=
                            !payload.tweets().isEmpty() || !payload.deletedIds().isEmpty();
                } catch (DataException e) {
                    refused = e.code().equals("unsupported-shape") ? e : refused;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // not from memory
        }
        if (!whole && refused != null) {
            throw new ConfigException(String.valueOf(refused.getMessage()));
        }
        if (!whole && GRAPH_QL.matcher(beginning).find() && !beginning.contains("\"rawContent\"")) {
            throw new ConfigException(
                    "This is a dump of the site's GraphQL answers, not of the X API; convert it to the X API v2 first");
        }
        if (!whole && PYTHON.matcher(beginning).find()) {
            throw new ConfigException(
                    "These are objects as Python prints them, not JSON; write them with json.dumps(..) in place of str(..)");
        }
    }
}
