/**
 * Stores classified tweets and windowed counts in MongoDB, one document per tweet id. {@link
 * dev.nightjar.sink.mongo.MongoSinkConfig} is the way in.
 */
@NullMarked
package dev.nightjar.sink.mongo;

import org.jspecify.annotations.NullMarked;
