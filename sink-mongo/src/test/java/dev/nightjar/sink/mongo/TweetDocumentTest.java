/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.Author;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.PublicMetrics;
import dev.nightjar.Tweet;
import dev.nightjar.testkit.Tweets;
import java.time.Instant;
import java.util.Map;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.junit.jupiter.api.Test;

/** The documents themselves, with their types, so that they stay as they are whatever makes them. */
class TweetDocumentTest {
    private static final JsonWriterSettings TYPED =
            JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

    @Test
    void everyFieldHasItsPlaceAndItsType() {
        assertThat(json(Tweets.classified(Tweets.rich()))).isEqualTo("""
                        {"_id": "1785640309389000703", "text": "RT @wren_at_dusk: café \\ud83d\\udc69\\ud83c\\udffd\\u200d\\ud83d\\ude80 #nightjar #夜鷹 https://t.co/a1 \\"quoted\\", a=b", \
                        "created_at": {"$date": {"$numberLong": "1714564800007"}}, "lang": "und", \
                        "author": {"id": "9007199254740993", "username": "wren_at_dusk", \
                        "name": "Wren \\ud83d\\udc26 (she/her), \\u200fשלום", \
                        "public_metrics": {"followers_count": {"$numberLong": "3000000000"}}}, \
                        "entities": {"hashtags": [{"start": {"$numberInt": "26"}, "end": {"$numberInt": "35"}, "tag": "nightjar"}, {"start": {"$numberInt": "36"}, "end": {"$numberInt": "39"}, "tag": "夜鷹"}], \
                        "mentions": [{"start": {"$numberInt": "3"}, "end": {"$numberInt": "16"}, \
                        "username": "wren_at_dusk"}, {"username": "someone"}], \
                        "urls": [{"start": {"$numberInt": "40"}, "end": {"$numberInt": "55"}, "expanded_url": "https://example.org/?a=1&b=%20,x"}]}, \
                        "public_metrics": {"retweet_count": {"$numberLong": "1"}, "reply_count": {"$numberLong": "0"}, "like_count": {"$numberLong": "5000000000"}, "impression_count": {"$numberLong": "7"}}, \
                        "referenced_tweets": [{"type": "retweeted", "id": "9007199254740993"}, {"type": "replied_to", "id": "20"}], \
                        "matching_rules": [{"tag": "birds, at night"}, {"tag": "k=v"}], "source": "Nightjar \\"Web\\" App", \
                        "classifications": {"emotion": {"model": "emotion@0123456789ab", "label": "anger", "score": {"$numberDouble": "0.75"}, \
                        "scores": [{"label": "anger", "score": {"$numberDouble": "0.75"}}, {"label": "joy", "score": {"$numberDouble": "0.125"}}, {"label": "sadness", "score": {"$numberDouble": "0.125"}}]}, \
                        "sentiment": {"model": "sentiment@ba9876543210", "label": "negative", "score": {"$numberDouble": "0.75"}, \
                        "scores": [{"label": "negative", "score": {"$numberDouble": "0.75"}}, {"label": "positive", "score": {"$numberDouble": "0.25"}}]}}}""");
    }

    @Test
    void whatIsNullOrEmptyIsAbsent() {
        Tweet tweet = Tweet.builder("1", "", Instant.EPOCH)
                .author(new Author(null, null, null, null))
                .publicMetrics(new PublicMetrics(null, null, null, null, null, null))
                .build();

        assertThat(json(ClassifiedTweet.of(tweet, Map.of())))
                .isEqualTo("{\"_id\": \"1\", \"text\": \"\", \"created_at\": {\"$date\": {\"$numberLong\": \"0\"}}}");
    }

    private static String json(ClassifiedTweet tweet) {
        return TweetDocument.of(tweet).toJson(TYPED);
    }
}
