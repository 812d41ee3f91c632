/**
 * Stores classified tweets and windowed counts in InfluxDB, one point per tweet id. {@link
 * dev.nightjar.sink.influx.InfluxSinkConfig} is the way in.
 */
@NullMarked
package dev.nightjar.sink.influx;

import org.jspecify.annotations.NullMarked;
