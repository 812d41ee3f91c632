/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.kafka;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.testkit.SerdeContract;
import dev.nightjar.testkit.Tweets;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;

class ClassifiedTweetSerdeTest implements SerdeContract<ClassifiedTweet> {
    @Override
    public Serde<ClassifiedTweet> serde() {
        return new ClassifiedTweetSerde();
    }

    @Override
    public List<ClassifiedTweet> records() {
        return List.of(Tweets.classified(Tweets.rich()), Tweets.classified(3));
    }
}
