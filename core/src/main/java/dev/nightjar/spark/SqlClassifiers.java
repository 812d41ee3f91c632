/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ClassifierFactory;
import dev.nightjar.ConfigException;
import dev.nightjar.options.Options;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;

/** The classifiers that a session's settings name. */
final class SqlClassifiers {
    private static final String PREFIX = "spark.nightjar.classifiers.";
    private static final String BATCH_SIZE = "batch-size";

    private SqlClassifiers() {}

    /**
     * One of them.
     *
     * @param batchSize how many rows it is asked about at a time
     */
    record Named(ClassifierFactory factory, int batchSize) {}

    /** The only one. */
    static Named only() {
        SortedMap<String, SortedMap<String, String>> settings = settings();
        if (settings.size() != 1) {
            throw new ConfigException(
                    settings.isEmpty()
                            ? "No classifier is configured; set " + PREFIX + "<name>.type and its options"
                            : "Several classifiers are configured; write which, as in classify('" + settings.firstKey()
                                    + "', text): " + settings.keySet());
        }
        return named(settings.firstKey());
    }

    static Named named(String name) {
        SortedMap<String, SortedMap<String, String>> settings = settings();
        SortedMap<String, String> options = settings.get(name);
        if (options == null) {
            throw new ConfigException("No classifier '" + name + "' is configured; "
                    + (settings.isEmpty()
                            ? "set "
                            : "did you mean '" + Options.nearest(name, settings.keySet()) + "'? Otherwise set ")
                    + PREFIX + name + ".type and its options");
        }
        ClassifiedTweet.checkName(name);
        String type = options.remove("type");
        if (type == null) {
            throw new ConfigException("Set " + PREFIX + name
                    + ".type to the class of the classifier's configuration, such as"
                    + " dev.nightjar.classifier.onnx.OnnxClassifierConfig");
        }
        String size = options.remove(BATCH_SIZE);
        return new Named(
                made(PREFIX + name + ".type", type, options),
                size == null ? SparkTweets.DEFAULT_BATCH_SIZE : batchSize(PREFIX + name + '.' + BATCH_SIZE, size));
    }

    private static int batchSize(String setting, String size) {
        if (!size.matches("[1-9]\\d{0,8}")) {
            throw new ConfigException(setting + " is '" + size + "', not a whole number of at least 1");
        }
        return Integer.parseInt(size);
    }

    private static ClassifierFactory made(String setting, String type, Map<String, String> options) {
        try {
            Method fromMap = Class.forName(type, true, Thread.currentThread().getContextClassLoader())
                    .getMethod("fromMap", Map.class);
            if (ClassifierFactory.class.isAssignableFrom(fromMap.getReturnType())) {
                return (ClassifierFactory) fromMap.invoke(null, options);
            }
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new ConfigException(
                    setting + " is '" + type + "', which is no configuration of a classifier on the class path; add its"
                            + " artifact with --packages, or mend the name",
                    e);
        }
        throw new ConfigException(setting + " is '" + type + "', which is no configuration of a classifier");
    }

    private static SortedMap<String, SortedMap<String, String>> settings() {
        SortedMap<String, SortedMap<String, String>> settings = new TreeMap<>();
        Values.<String, String>javaMap(SparkSession.active().conf().getAll()).forEach((key, value) -> {
            int dot = key.indexOf('.', PREFIX.length());
            if (key.startsWith(PREFIX) && dot > 0) {
                settings.computeIfAbsent(key.substring(PREFIX.length(), dot), name -> new TreeMap<>())
                        .put(key.substring(dot + 1), value);
            }
        });
        return settings;
    }
}
