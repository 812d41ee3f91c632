/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nightjar.ConfigException;
import dev.nightjar.Factory;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every configuration promises, since it is the {@link Factory} that travels to other machines and by which live
 * objects are shared. Nothing is opened.
 *
 * @param <F> the type of the factory
 * @since 0.1.0
 */
public interface FactoryContract<F extends Factory<?>> {
    /** The adapter's {@code fromMap}. */
    F fromMap(Map<String, String> options);

    /**
     * Every option that can be set together, each with a valid value that is not its default; secrets as literals.
     * Those that are {@link #declared()} but {@link #alone()} or {@link #triedElsewhere()}, unless overridden.
     */
    default Map<String, String> options() {
        Map<String, String> options = examples(0);
        options.keySet().removeAll(alone());
        return options;
    }

    /**
     * For each option another valid value, also for options that exclude one of {@link #options()} and are missing
     * there. Setting any one of them makes another factory.
     */
    default Map<String, String> alternatives() {
        return examples(1);
    }

    /**
     * Two valid values, the first not the default, of each declared option that tells none itself
     * ({@link Option#examples()}) or whose own make no sense together.
     */
    default Map<String, List<String>> examples() {
        return Map.of();
    }

    /** Those of {@link #declared()} that exclude another option or each other; {@link #options()} leave them out. */
    default Set<String> alone() {
        return Set.of();
    }

    /** The secrets among the values of {@link #options()} and {@link #alternatives()}; at least 6 characters each. */
    default List<String> secrets() {
        return List.of();
    }

    /**
     * A builder on which the required options of {@link #options()} are set, and those without a method of the option's
     * name. Empty where another test compares the builder with {@link #fromMap}.
     */
    default Optional<Configuration.Builder<?, ?>> builder() {
        return Optional.empty();
    }

    /** The options as they are declared, if the factory is a {@link dev.nightjar.options.Configuration}. */
    default Optional<Options> declared() {
        return Optional.empty();
    }

    /** Those of {@link #declared()} that {@link #options()} exclude, and that another test of the factory tries. */
    default Set<String> triedElsewhere() {
        return Set.of();
    }

    /** Each declared option is tried by {@link #alternatives()}, and the module's README has them all in a table. */
    @Test
    default void everyDeclaredOptionIsTriedAndInTheReadme() throws IOException {
        if (declared().isPresent()) {
            Set<String> keys = declared().get().all().stream().map(Option::key).collect(Collectors.toSet());
            assertThat(keys).containsAll(triedElsewhere());
            keys.removeAll(triedElsewhere());
            assertThat(alternatives()).containsOnlyKeys(keys);
            ReadmeTable.check(declared().get());
        }
    }

    /** The builder has a method of each option's name, which sets that option. */
    @Test
    default void theBuilderSetsWhatTheMapDoes() throws ReflectiveOperationException {
        List<Map<String, String>> all = new ArrayList<>(List.of(options()));
        alone().forEach(key -> all.add(with(options(), key, alternatives().getOrDefault(key, ""))));
        for (Map<String, String> options : all) {
            if (builder().isPresent()) {
                Configuration.Builder<?, ?> builder = builder().get();
                for (Map.Entry<String, String> option : options.entrySet()) {
                    set(builder, option.getKey(), value(options, option.getKey()), option.getValue());
                }
                assertThat(builder.build()).as("what was built of %s", options).isEqualTo(fromMap(options));
            }
        }
    }

    /** Equal options give equal factories, with equal hash codes. */
    @Test
    default void equalOptionsGiveEqualFactories() {
        Copies.assertEqual(fromMap(options()), fromMap(new LinkedHashMap<>(options())));
    }

    /** Every option counts: a factory with another value of any of them is another factory. */
    @Test
    default void everyOptionMakesAnotherFactory() {
        assertThat(alternatives().keySet())
                .as("options with an alternative")
                .containsAll(options().keySet());
        F original = fromMap(options());
        alternatives()
                .forEach((name, value) -> assertThat(fromMap(with(options(), name, value)))
                        .as("a factory with another '%s'", name)
                        .isNotEqualTo(original));
    }

    /** A copy made by Java serialization is equal, as is a copy of the copy. */
    @Test
    default void aSerializedCopyIsEqual() {
        F original = fromMap(options());
        F copy = Copies.serialized(original);
        Copies.assertEqual(copy, original);
        assertThat(copy).hasToString(original.toString());
        assertThat(Copies.serialized(copy)).isEqualTo(original);
    }

    /** The text of a factory shows its settings, but no secret. */
    @Test
    default void theTextOfAFactoryHidesSecrets() {
        F factory = fromMap(options());
        assertThat(secrets()).as("secrets, each in a value").allMatch(this::isTried);
        assertThat(factory.toString())
                .as("a text of its own, not that of Object")
                .isNotBlank()
                .doesNotMatch(".*@[0-9a-f]+");
        assertHidesSecrets(factory.toString());
        alternatives()
                .forEach((name, value) ->
                        assertHidesSecrets(fromMap(with(options(), name, value)).toString()));
    }

    /** A misspelt option is refused by its name and the nearest known one, whichever it is. */
    @Test
    default void aMisspeltOptionIsRefusedWithTheNearest() {
        alternatives().forEach((name, value) -> {
            ConfigException refused = refused(with(options(), name + 'x', value));
            assertThat(refused).hasMessageContaining('\'' + name + "x'").hasMessageContaining('\'' + name + '\'');
            assertHidesSecrets(refused.toString());
        });
    }

    /** All faults are reported together. */
    @Test
    default void allFaultsAreReportedTogether() {
        ConfigException refused = refused(with(with(options(), "no-such-option", "1"), "nor-such-a-one", "2"));
        assertThat(refused.faults()).hasSize(2);
        assertThat(refused).hasMessageContaining("'no-such-option'").hasMessageContaining("'nor-such-a-one'");
    }

    /** An option that is left out has a default, or is missed by its name. */
    @Test
    default void anOptionThatIsLeftOutHasADefaultOrIsMissed() {
        for (String name : options().keySet()) {
            Map<String, String> fewer = new LinkedHashMap<>(options());
            fewer.remove(name);
            Throwable failure = catchThrowable(() -> fromMap(fewer));
            if (failure != null) {
                assertThat(failure).isInstanceOf(ConfigException.class).hasMessageContaining('\'' + name + '\'');
            }
        }
    }

    /** A value that makes no sense is refused under the option's name, without showing a secret. */
    @Test
    default void aSenselessValueIsRefusedByTheOptionsName() {
        for (String name : options().keySet()) {
            for (String senseless : List.of("", " ", "\u0000", "-1x", "\ud83e\udd89")) {
                Throwable failure = catchThrowable(() -> fromMap(with(options(), name, senseless)));
                if (failure != null) { // what is any text may be this one
                    assertThat(failure)
                            .as("the error for a senseless '%s'", name)
                            .isInstanceOf(ConfigException.class)
                            .hasMessageContaining('\'' + name + '\'');
                    assertHidesSecrets(failure.toString());
                }
            }
        }
    }

    private Map<String, String> examples(int which) {
        Map<String, String> examples = new LinkedHashMap<>();
        Options all = declared()
                .orElseThrow(() -> new AssertionError("Override declared(), or options() and alternatives()"));
        for (Option<?> option : all.all()) {
            if (!triedElsewhere().contains(option.key())) {
                List<String> values = examples().getOrDefault(option.key(), option.examples());
                assertThat(values).as("examples of '%s'", option).hasSizeGreaterThan(which);
                examples.put(option.key(), values.get(which));
            }
        }
        return examples;
    }

    /** The factory's value of a declared option; null for none. */
    private @Nullable Object value(Map<String, String> options, String key) {
        for (Option<?> option : declared().map(Options::all).orElse(List.of())) {
            if (option.key().equals(key)) {
                return ((Configuration) fromMap(options)).find(option);
            }
        }
        return null;
    }

    /** Sets an option by the method of its name, if there is one, to its value or its text. */
    private static void set(Configuration.Builder<?, ?> builder, String key, @Nullable Object value, String text)
            throws ReflectiveOperationException {
        for (Method method : builder.getClass().getMethods()) {
            String name = method.getName().replaceAll("[A-Z]", "-$0").toLowerCase(Locale.ROOT);
            Class<?>[] types = method.getParameterTypes();
            if (name.equals(key) && types.length <= 1) {
                method.setAccessible(true); // its class need not be public
                Object[] none = {};
                method.invoke(
                        builder, types.length == 0 ? none : new Object[] {types[0] == String.class ? text : value});
                return;
            }
        }
    }

    private boolean isTried(String secret) {
        return Stream.of(options(), alternatives())
                .flatMap(values -> values.values().stream())
                .anyMatch(value -> value.contains(secret));
    }

    private void assertHidesSecrets(String text) {
        for (String secret : secrets()) {
            assertThat(secret.length()).as("the length of a secret to look for").isGreaterThanOrEqualTo(6);
            assertThat(text.contains(secret)).as("a secret is shown").isFalse();
        }
    }

    private ConfigException refused(Map<String, String> options) {
        Throwable failure = catchThrowable(() -> fromMap(options));
        assertThat(failure).isInstanceOf(ConfigException.class);
        return (ConfigException) failure;
    }

    private static Map<String, String> with(Map<String, String> options, String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(options);
        changed.put(name, value);
        return changed;
    }
}
