/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.options;

import dev.nightjar.ConfigException;
import dev.nightjar.WireName;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One option of a configuration, declared as a constant by its type and properties:
 *
 * <pre>{@code
 * static final Option<Integer> BATCH_SIZE =
 *         OPTIONS.add(Option.integer("batch-size", 1, 1_000).defaultTo(1_000).means("documents in a bulk"));
 * }</pre>
 *
 * <p>Not changed once it is declared, and then safe for use by multiple threads.
 *
 * @param <T> the type of its values, which Java can serialize
 * @since 0.1.0
 */
public final class Option<T> {
    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
    private static final String[] WHOLE = {"2", "3", "200000", "300000"};

    private final String key;
    private final String kind;
    private final Function<String, T> reader;
    private String form;
    private boolean quoted;
    private boolean required;
    private boolean given;
    private @Nullable T fallback;
    private String unset = "none";
    private String meaning = "";
    private List<String> candidates = List.of();
    private Predicate<T> valid = value -> true;
    private Function<T, String> shown = Values::text;
    private Function<T, Serializable> stored = Serializable.class::cast;

    @SuppressWarnings("unchecked") // what was stored is a T
    private Function<Serializable, T> loaded = value -> (T) value;

    private Option(String key, String kind, Function<String, T> reader) {
        this.key = key;
        this.kind = kind;
        this.reader = reader;
        this.form = kind;
    }

    /**
     * An option of a type that is not among those below.
     *
     * @param kind what a value is, for messages: {@code one of cpu, cuda}
     * @param reader parses a text; throws {@link IllegalArgumentException} if the text is not such a value, or a {@link
     *     ConfigException} that says why it is refused; neither repeats a secret
     */
    public static <T> Option<T> of(String key, String kind, Function<String, T> reader) {
        return new Option<>(key, kind, reader);
    }

    /** A text. */
    public static Option<String> text(String key) {
        return of(key, "a text", text -> text).candidates(key + 1, key + 2);
    }

    /** A whole number. */
    public static Option<Integer> integer(String key, int least, int most) {
        return of(key, "a whole number", text -> Integer.valueOf(text.strip()))
                .candidates(WHOLE)
                .within(least, most, most == Integer.MAX_VALUE);
    }

    /** A whole number of 64 bits. */
    public static Option<Long> longInteger(String key, long least, long most) {
        return of(key, "a whole number", text -> Long.valueOf(text.strip()))
                .candidates(WHOLE)
                .within(least, most, most == Long.MAX_VALUE);
    }

    /** A finite number. */
    public static Option<Double> number(String key, double least, double most) {
        return of(key, "a number", Values::number)
                .candidates("0.25", "0.75", "2.5")
                .within(least, most, most == Double.MAX_VALUE);
    }

    /** {@code true} or {@code false}, which is the default. */
    public static Option<Boolean> flag(String key) {
        return of(key, "true or false", Values::flag)
                .candidates("true", "false")
                .defaultTo(false);
    }

    /** A duration: {@code 500ms}, {@code 10s}, {@code 5m}, {@code 2h} or ISO-8601. */
    public static Option<Duration> duration(String key, Duration least, Duration most) {
        return of(key, "a duration such as 500ms, 10s, 5m or PT10S", Values::duration)
                .candidates("2s", "3s", "4m")
                .within(least, most, most.equals(FOREVER));
    }

    /** A duration, however long. */
    public static Option<Duration> duration(String key, Duration least) {
        return duration(key, least, FOREVER);
    }

    /** Languages in the letters of a tweet's, such as {@code en,es}. */
    public static Option<Set<String>> languages(String key) {
        return of(key, "languages such as en,es", Values::words)
                .candidates("en", "en,es")
                .valid(
                        "languages such as en,es",
                        words -> !words.isEmpty() && words.stream().allMatch(word -> word.matches("[a-z]{2,3}")));
    }

    /** A path. */
    public static Option<Path> path(String key) {
        Option<Path> option = of(key, "a path", Path::of).candidates(key + 1, key + 2);
        option.stored = Path::toString;
        option.loaded = text -> Path.of((String) text);
        return option;
    }

    /** A secret: {@code env:NAME}, {@code file:PATH} or the secret itself, which is never shown. */
    public static Option<Credential> credential(String key) {
        return of(key, "a credential", Credential::parse).candidates("secret-" + key + 1, "secret-" + key + 2);
    }

    /** One of an enum's constants, written in kebab-case or as declared. */
    public static <E extends Enum<E>> Option<E> choice(String key, Class<E> type) {
        String[] names =
                Arrays.stream(type.getEnumConstants()).map(Values::text).toArray(String[]::new);
        return of(key, "one of " + String.join(", ", names), text -> WireName.parseKebab(type, text))
                .candidates(names);
    }

    /** A required value that only a program can give, such as another factory; a README's table leaves it out. */
    public static <T extends Serializable> Option<T> given(String key) {
        Option<T> option = of(key, "given by a program", text -> {
            throw new IllegalArgumentException("a text");
        });
        option.given = true;
        return option.required();
    }

    private Option<T> candidates(String... texts) {
        candidates = List.of(texts);
        return this;
    }

    private Option<T> within(Comparable<T> least, Comparable<T> most, boolean open) {
        quoted = true;
        return valid(
                open ? "at least " + Values.text(least) : "from " + Values.text(least) + " to " + Values.text(most),
                value -> least.compareTo(value) <= 0 && most.compareTo(value) >= 0);
    }

    /** Says that the option must be there, and not be blank. */
    public Option<T> required() {
        required = true;
        return this;
    }

    /** Sets the value used if the option is not set. */
    public Option<T> defaultTo(T value) {
        fallback = value;
        return this;
    }

    /** Describes briefly what applies if the option is not set and no single value says it; for the README's table. */
    public Option<T> unlessSet(String text) {
        unset = text;
        return this;
    }

    /** Describes the option's purpose in a few words, for the README's table. */
    public Option<T> means(String text) {
        meaning = text;
        return this;
    }

    /**
     * Says which values of its type are valid.
     *
     * @param what what a valid value is: {@code a letter and up to 63 letters or digits}
     */
    public Option<T> valid(String what, Predicate<T> test) {
        form = what;
        valid = test;
        return this;
    }

    /** Lets the message repeat a refused value, as it does for numbers and durations; only for non-secret options. */
    public Option<T> quoted() {
        quoted = true;
        return this;
    }

    /** Sets what is shown instead of the value, for values that may contain a secret or have no text form. */
    public Option<T> shownAs(Function<T, String> text) {
        shown = text;
        return this;
    }

    /** What it is called, in kebab-case. */
    public String key() {
        return key;
    }

    /**
     * Valid values as texts, for tests: two at most, with the default last if it is among them; none if neither the
     * type nor the range suggests any.
     */
    public List<String> examples() {
        return candidates.stream()
                .filter(text -> {
                    T value = read(text, "", new ArrayList<>());
                    return value != null && valid.test(value);
                })
                .sorted(Comparator.comparing(text -> reader.apply(text).equals(fallback)))
                .limit(2)
                .toList();
    }

    @Nullable
    T fallback() {
        return fallback;
    }

    boolean isRequired() {
        return required;
    }

    boolean isGiven() {
        return given;
    }

    /**
     * The value of a text, for programs that read options in their own way.
     *
     * @throws ConfigException if it is invalid
     */
    public T parse(String text) {
        List<String> faults = new ArrayList<>();
        T value = read(text, "the command", faults);
        if (value != null && !valid.test(value)) {
            faults.add("The option '" + key + "' is not " + form);
        }
        if (value == null || !faults.isEmpty()) {
            throw new ConfigException(faults);
        }
        return value;
    }

    /** The value of a text, null if it is invalid. A fault does not quote it: it may be a misplaced secret. */
    @Nullable
    T read(String text, String owner, List<String> faults) {
        try {
            return reader.apply(text);
        } catch (ConfigException e) {
            e.faults().forEach(why -> faults.add("The option '" + key + "' of " + owner + " is refused: " + why));
            return null;
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            faults.add("The option '" + key + "' of " + owner + " is not " + kind);
            return null;
        }
    }

    /** Adds a fault if a value is not valid: for the builders of what is no {@link Configuration}. */
    public void check(T value, List<String> faults) {
        check(store(value), faults);
    }

    void check(Serializable stored, List<String> faults) {
        T value = load(stored);
        if (!valid.test(value)) {
            String quote = value instanceof String ? "'" + value + "'" : shown.apply(value);
            faults.add("The option '" + key + "' is " + (quoted ? quote + ", " : "") + "not " + form);
        }
    }

    Serializable store(T value) {
        return stored.apply(Objects.requireNonNull(value, key));
    }

    T load(Serializable value) {
        return loaded.apply(value);
    }

    String show(Serializable value) {
        return shown.apply(load(value));
    }

    boolean isFallback(Serializable value) {
        return load(value).equals(fallback);
    }

    /** Its row of a README's table. */
    String row() {
        String otherwise = required ? "required" : fallback == null ? unset : '`' + shown.apply(fallback) + '`';
        return "| `" + key + "` | " + form + " | " + otherwise + " | " + meaning + " |";
    }

    @Override
    public String toString() {
        return key;
    }
}
