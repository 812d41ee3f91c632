/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.ConfigException;
import dev.nightjar.SinkFactory;
import dev.nightjar.delivery.DeliveryBuilder;
import dev.nightjar.delivery.Retry;
import dev.nightjar.io.ClassPath;
import dev.nightjar.kafka.KafkaConfig;
import dev.nightjar.kafka.KafkaDeadLetters;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** What a format takes: the options of its sink and those of the delivery, or the options of its source and the limit. */
final class FormatOptions extends Configuration {
    private static final String KAFKA = "kafka.";

    static final Options OPTIONS = Options.of("spark-format").addPrefix(KAFKA, Option::text);
    private static final Option<String> DEAD_LETTER_TOPIC = OPTIONS.add(Option.text("dead-letter-topic")
            .means("the topic that takes the dead letters, with any `kafka.` property; without it the first dead letter"
                    + " fails the query"));
    private static final Option<String> BOOTSTRAP_SERVERS = OPTIONS.add(
            Option.text("bootstrap-servers").means("servers of that topic's cluster, `host:port` with commas between"));
    private static final Option<Integer> DEAD_LETTER_LIMIT =
            OPTIONS.add(Option.integer("dead-letter-limit", 1, Integer.MAX_VALUE)
                    .defaultTo(DeliveryBuilder.DEFAULT_DEAD_LETTER_LIMIT)
                    .means("how many dead letters of the last rows fail the query"));
    private static final Option<Integer> DEAD_LETTER_WINDOW =
            OPTIONS.add(Option.integer("dead-letter-window", 1, Integer.MAX_VALUE)
                    .defaultTo(DeliveryBuilder.DEFAULT_DEAD_LETTER_WINDOW)
                    .means("of how many last rows"));
    private static final Option<Duration> RETRY_LIMIT = OPTIONS.add(Option.duration("retry-limit", Duration.ZERO)
            .defaultTo(Retry.DEFAULT_LIMIT)
            .means("how long a task repeats what fails in a batch"));

    static final Options OF_SOURCES = Options.of("spark-source");
    private static final Option<Integer> MAX_PER_TRIGGER =
            OF_SOURCES.add(Option.integer("max-per-trigger", 1, 1_000_000)
                    .defaultTo(10_000)
                    .means("rows that a micro-batch of a stream has at most; it ends before if they exceed 8 MiB"));

    /** Options that Spark itself puts among a stream's, in lower case. */
    private static final Set<String> OF_SPARK = Set.of("checkpointlocation", "queryname");

    /** What Spark puts among the options of a table in its catalog, and one of all of them: who provides it. */
    private static final Set<String> OF_TABLES = Set.of("owner", "external", "comment", "is_managed_location");

    private static final String PROVIDER = "provider";

    /** The keys whose values Spark hides in a plan, and what a value must not hold under another key. */
    private static final Pattern HIDDEN = Pattern.compile("(?i)secret|password|token");

    private static final Pattern SECRET =
            Pattern.compile("(?i)://[^@]*:[^@]*@|(secret|password|token)\\w*\\s*[=:]|private key");

    private static final long serialVersionUID = 1L;

    private FormatOptions(Builder builder) {
        super(builder);
    }

    /**
     * Where a format writes a frame: tweets, or counts if it has their columns.
     *
     * @throws ConfigException if an option is missing, malformed, unknown or refused, or a column is
     */
    static SinkTable<?> table(SinkFormat format, StructType schema, Map<String, String> given) {
        Map<String, String> options = new TreeMap<>(given);
        FormatOptions delivery = take(options, format.shortName(), format.options(), OPTIONS);
        options.keySet().removeIf(key -> key.startsWith(KAFKA));
        boolean isOfCounts = TweetSchemas.place(schema, "metric") >= 0 && TweetSchemas.place(schema, "window") >= 0;
        return isOfCounts
                ? delivery.table(format, schema, BatchWriter.windowedCounts(), format.counts(options))
                : delivery.table(format, schema, BatchWriter.tweets(), format.sink(options));
    }

    private <T> SinkTable<T> table(
            SinkFormat format, StructType schema, BatchWriter.Builder<T> builder, SinkFactory<T> sink) {
        builder.sink(format.shortName(), sink)
                .deadLetterLimit(get(DEAD_LETTER_LIMIT), get(DEAD_LETTER_WINDOW))
                .retryLimit(get(RETRY_LIMIT));
        KafkaDeadLetters letters = deadLetters();
        return (letters == null ? builder : builder.deadLetters(letters)).table(format.shortName(), schema);
    }

    /**
     * What a format reads.
     *
     * @throws ConfigException if an option is missing, malformed, unknown or refused
     */
    static SourceTable table(SourceFormat format, Map<String, String> given) {
        Map<String, String> options = new TreeMap<>(given);
        FormatOptions limits = take(options, format.shortName(), format.options(), OF_SOURCES);
        return new SourceTable(
                format.shortName(), format.source(options), format.hasEnd(options), limits.get(MAX_PER_TRIGGER));
    }

    /** Takes the options of all formats from among those that are given, and leaves a format's own. */
    private static FormatOptions take(Map<String, String> options, String format, Options own, Options ofAll) {
        options.keySet().removeIf(key -> OF_SPARK.contains(key.toLowerCase(Locale.ROOT)));
        if (options.remove(PROVIDER) != null) {
            options.keySet().removeIf(key -> OF_TABLES.contains(key) || key.startsWith("option."));
            if (options.remove("location") == null) {
                options.remove("path"); // where Spark would put its own files
            }
        }
        options.forEach(FormatOptions::checkHidden);
        FormatOptions taken = new Builder(Options.of(format).addAll(own).addAll(ofAll))
                .read(options)
                .build();
        ofAll.all().forEach(option -> options.remove(option.key()));
        return taken;
    }

    private static void checkHidden(String key, String value) {
        if (!HIDDEN.matcher(key).find() && SECRET.matcher(value).find()) {
            throw new ConfigException(
                    "The option '" + key + "' holds a secret, which Spark would show in plans; give it by"
                            + " an option for secrets, or as env:NAME or file:PATH");
        }
    }

    private @Nullable KafkaDeadLetters deadLetters() {
        String topic = find(DEAD_LETTER_TOPIC);
        if (topic == null) {
            return null;
        }
        if (!ClassPath.has("org/apache/kafka/clients/producer/KafkaProducer.class", FormatOptions.class)) {
            throw new ConfigException("The option 'dead-letter-topic' needs Kafka's client; add"
                    + " org.apache.kafka:kafka-clients with --packages");
        }
        KafkaConfig.Builder kafka = KafkaConfig.builder(get(BOOTSTRAP_SERVERS));
        under(KAFKA, String.class).forEach(kafka::property);
        return KafkaDeadLetters.of(kafka.build(), topic);
    }

    @Override
    protected Options options() {
        return OPTIONS;
    }

    private static final class Builder extends Configuration.Builder<FormatOptions, Builder> {
        private Builder(Options options) {
            super(options, FormatOptions::new);
        }

        @Override
        protected void check(FormatOptions config, List<String> faults) {
            boolean lettersGo = config.find(DEAD_LETTER_TOPIC) != null;
            if (lettersGo != (config.find(BOOTSTRAP_SERVERS) != null)
                    || (!lettersGo && !config.under(KAFKA, String.class).isEmpty())) {
                faults.add("Dead letters need both options, 'dead-letter-topic' and 'bootstrap-servers'");
            }
        }
    }
}
