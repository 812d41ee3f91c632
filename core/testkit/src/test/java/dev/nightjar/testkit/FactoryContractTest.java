/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.ConfigException;
import dev.nightjar.Factory;
import dev.nightjar.options.Configuration;
import dev.nightjar.options.Credential;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each configuration with a defect fails the tests of the contract that are about it, and no other. */
class FactoryContractTest {
    @ParameterizedTest
    @EnumSource
    void eachDefectFailsWhereItShould(Defect defect) {
        Check.defect = defect;
        assertThat(ContractRun.failures(Check.class)).containsExactlyInAnyOrderElementsOf(defect.caughtBy);
    }

    static class Check implements FactoryContract<Config> {
        static Defect defect = Defect.NONE;

        @Override
        public Config fromMap(Map<String, String> options) {
            return Config.fromMap(defect, options);
        }

        @Override
        public Map<String, String> options() {
            return Map.of(
                    "uri",
                    "memory://user:s3cret-in-uri@host",
                    "token",
                    "s3cret-token",
                    "batch-size",
                    "7",
                    "timeout",
                    "9s");
        }

        @Override
        public Map<String, String> alternatives() {
            return Map.of("uri", "memory://elsewhere", "token", "an0ther-token", "batch-size", "8", "timeout", "10s");
        }

        @Override
        public List<String> secrets() {
            return List.of("s3cret-in-uri", "s3cret-token", "an0ther-token");
        }
    }

    /** So does a builder whose methods do not set the options of their names. */
    @ParameterizedTest
    @EnumSource
    void aBuilderThatSaysOtherThanTheMapFails(Method method) {
        BuilderCheck.method = method;
        assertThat(ContractRun.failures(BuilderCheck.class))
                .isEqualTo(method == Method.SETS_IT ? Set.of() : Set.of("theBuilderSetsWhatTheMapDoes"));
    }

    enum Method {
        SETS_IT,
        SETS_NOTHING,
        SETS_ANOTHER_OPTION
    }

    static class BuilderCheck implements FactoryContract<Read> {
        static Method method = Method.SETS_IT;

        @Override
        public Read fromMap(Map<String, String> options) {
            return new Read.Builder().read(options).build();
        }

        @Override
        public Optional<Options> declared() {
            return Optional.of(Read.OPTIONS);
        }

        @Override
        public Optional<Configuration.Builder<?, ?>> builder() {
            return Optional.of(
                    new Read.Builder().set(Read.URI, "uri1").set(Read.TOKEN, Credential.literal("secret-token1")));
        }

        /** There is no such table. */
        @Override
        public void everyDeclaredOptionIsTriedAndInTheReadme() {}
    }

    enum Defect {
        NONE(),
        HAS_NO_EQUALS("equalOptionsGiveEqualFactories", "aSerializedCopyIsEqual"),
        HAS_NO_HASH_CODE("equalOptionsGiveEqualFactories", "aSerializedCopyIsEqual"),
        LEAVES_AN_OPTION_OUT_OF_EQUALS("everyOptionMakesAnotherFactory"),
        IGNORES_AN_OPTION("everyOptionMakesAnotherFactory"),
        IS_NOT_SERIALIZABLE("aSerializedCopyIsEqual"),
        LOSES_AN_OPTION_WHEN_SERIALIZED("aSerializedCopyIsEqual"),
        SHOWS_A_TOKEN("theTextOfAFactoryHidesSecrets"),
        SHOWS_A_PASSWORD_IN_A_URI("theTextOfAFactoryHidesSecrets"),
        HAS_NO_TEXT("theTextOfAFactoryHidesSecrets", "aSerializedCopyIsEqual"),
        TAKES_AN_UNKNOWN_OPTION("aMisspeltOptionIsRefusedWithTheNearest", "allFaultsAreReportedTogether"),
        DOES_NOT_NAME_THE_NEAREST_OPTION("aMisspeltOptionIsRefusedWithTheNearest"),
        SHOWS_THE_VALUE_OF_AN_UNKNOWN_OPTION("aMisspeltOptionIsRefusedWithTheNearest"),
        STOPS_AT_THE_FIRST_FAULT("allFaultsAreReportedTogether"),
        DOES_NOT_NAME_A_MISSING_OPTION("anOptionThatIsLeftOutHasADefaultOrIsMissed"),
        FAILS_ON_A_MALFORMED_NUMBER_LIKE_A_BUG("aSenselessValueIsRefusedByTheOptionsName");

        final Set<String> caughtBy;

        Defect(String... caughtBy) {
            this.caughtBy = Set.of(caughtBy);
        }
    }

    /** A correct configuration, but for its defect. */
    static final class Config implements Factory<AutoCloseable> {
        private final Defect defect;
        private final String uri;
        private final Credential token;
        private final int batchSize;
        private final @Nullable Duration timeout;
        private final transient @Nullable Duration lost;
        private final @Nullable Object notSerializable;

        private Config(Defect defect, String uri, Credential token, int batchSize, Duration timeout) {
            this.defect = defect;
            this.uri = uri;
            this.token = token;
            this.batchSize = defect == Defect.IGNORES_AN_OPTION ? 7 : batchSize;
            this.timeout = defect == Defect.LOSES_AN_OPTION_WHEN_SERIALIZED ? null : timeout;
            this.lost = defect == Defect.LOSES_AN_OPTION_WHEN_SERIALIZED ? timeout : null;
            this.notSerializable = defect == Defect.IS_NOT_SERIALIZABLE ? new Object() : null;
        }

        static Config fromMap(Defect defect, Map<String, String> options) {
            switch (defect) {
                case FAILS_ON_A_MALFORMED_NUMBER_LIKE_A_BUG ->
                    Integer.parseInt(options.getOrDefault("batch-size", "1"));
                case DOES_NOT_NAME_A_MISSING_OPTION -> {
                    if (!options.containsKey("uri")) {
                        throw new ConfigException("An option is missing");
                    }
                }
                default -> {}
            }
            Map<String, String> texts = new HashMap<>(options);
            if (defect == Defect.TAKES_AN_UNKNOWN_OPTION) {
                texts.keySet().retainAll(Set.of("uri", "token", "batch-size", "timeout"));
            }
            try {
                Read read = new Read.Builder().read(texts).build();
                return new Config(
                        defect,
                        read.get(Read.URI),
                        read.get(Read.TOKEN),
                        read.get(Read.BATCH_SIZE),
                        read.get(Read.TIMEOUT));
            } catch (ConfigException e) {
                boolean unknown = e.getMessage().contains("has no option");
                switch (defect) {
                    case STOPS_AT_THE_FIRST_FAULT ->
                        throw new ConfigException(e.faults().get(0));
                    case DOES_NOT_NAME_THE_NEAREST_OPTION -> {
                        if (unknown) {
                            throw new ConfigException(e.faults().stream()
                                    .map(fault -> fault.replaceAll(";.*", ""))
                                    .toList());
                        }
                    }
                    case SHOWS_THE_VALUE_OF_AN_UNKNOWN_OPTION -> {
                        if (unknown) {
                            throw new ConfigException(e.faults().stream()
                                    .map(fault -> fault + options)
                                    .toList());
                        }
                    }
                    default -> {}
                }
                throw e;
            }
        }

        @Override
        public AutoCloseable open() {
            return () -> {};
        }

        @Override
        public boolean equals(Object other) {
            if (defect == Defect.HAS_NO_EQUALS) {
                return this == other;
            }
            return other instanceof Config that
                    && uri.equals(that.uri)
                    && (defect == Defect.LEAVES_AN_OPTION_OUT_OF_EQUALS || token.equals(that.token))
                    && batchSize == that.batchSize
                    && Objects.equals(timeout, that.timeout)
                    && Objects.equals(lost, that.lost);
        }

        @Override
        public int hashCode() {
            return defect == Defect.HAS_NO_HASH_CODE ? System.identityHashCode(this) : uri.hashCode();
        }

        @Override
        public String toString() {
            if (defect == Defect.HAS_NO_TEXT) {
                return "Config@" + Integer.toHexString(System.identityHashCode(this));
            }
            return "Config{uri="
                    + (defect == Defect.SHOWS_A_PASSWORD_IN_A_URI ? uri : uri.replaceAll("//.*@", "//***@"))
                    + ", token=" + (defect == Defect.SHOWS_A_TOKEN ? token.resolve() : token) + ", batchSize="
                    + batchSize + ", timeout=" + timeout + (notSerializable == null ? "}" : "!}");
        }
    }

    /** The options, which are read without a defect. */
    private static final class Read extends Configuration implements Factory<AutoCloseable> {
        static final Options OPTIONS = Options.of("memory");
        static final Option<String> URI = OPTIONS.add(Option.text("uri").required());
        static final Option<Credential> TOKEN =
                OPTIONS.add(Option.credential("token").defaultTo(Credential.literal("none-given")));
        static final Option<Integer> BATCH_SIZE =
                OPTIONS.add(Option.integer("batch-size", 1, 1000).defaultTo(500));
        static final Option<Duration> TIMEOUT =
                OPTIONS.add(Option.duration("timeout", Duration.ZERO).defaultTo(Duration.ofSeconds(10)));

        private static final long serialVersionUID = 1L;

        private Read(Builder builder) {
            super(builder);
        }

        @Override
        protected Options options() {
            return OPTIONS;
        }

        @Override
        public AutoCloseable open() {
            return () -> {};
        }

        static final class Builder extends Configuration.Builder<Read, Builder> {
            Builder() {
                super(OPTIONS, Read::new);
            }

            public Builder batchSize(int value) {
                return switch (BuilderCheck.method) {
                    case SETS_IT -> set(BATCH_SIZE, value);
                    case SETS_NOTHING -> this;
                    case SETS_ANOTHER_OPTION -> set(TIMEOUT, Duration.ofSeconds(value));
                };
            }

            public Builder timeout(Duration value) {
                return set(TIMEOUT, value);
            }
        }
    }
}
