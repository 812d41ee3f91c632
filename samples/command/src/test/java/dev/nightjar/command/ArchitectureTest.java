/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.INTERFACES;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What the modules may see of each other and of the libraries; this module has them all on its class path. */
class ArchitectureTest {
    private static final String CORE = "dev.nightjar";
    private static final List<String> CORE_PACKAGES = List.of(
            CORE,
            "dev.nightjar.cascade",
            "dev.nightjar.delivery",
            "dev.nightjar.evaluation",
            "dev.nightjar.filter",
            "dev.nightjar.io",
            "dev.nightjar.json",
            "dev.nightjar.kafka",
            "dev.nightjar.micrometer",
            "dev.nightjar.options",
            "dev.nightjar.shape",
            "dev.nightjar.spark",
            "dev.nightjar.store");
    private static final List<String> ADAPTERS = List.of(
            "dev.nightjar.source.twitter",
            "dev.nightjar.source.replay",
            "dev.nightjar.classifier.onnx",
            "dev.nightjar.classifier.lr",
            "dev.nightjar.sink.mongo",
            "dev.nightjar.sink.influx",
            "dev.nightjar.sink.hbase");

    /**
     * Further packages of the adapters: those that need a library which the adapter itself does without, the format of
     * another system, and the rooms of the X API.
     */
    private static final List<String> PARTS = List.of(
            "dev.nightjar.classifier.lr.spark",
            "dev.nightjar.classifier.lr.wordlist",
            "dev.nightjar.source.twitter.http",
            "dev.nightjar.source.twitter.jetstream",
            "dev.nightjar.source.twitter.spending",
            "dev.nightjar.source.twitter.stream");

    /** What each room of the X API has for users. Any other public type in them is for the other rooms alone. */
    private static final Map<String, Set<String>> X_API = Map.of(
            "dev.nightjar.source.twitter",
            Set.of(
                    "StreamRule",
                    "TweetQuery",
                    "TwitterApi",
                    "TwitterCredentials",
                    "TwitterRules",
                    "TwitterSearchConfig"),
            "dev.nightjar.source.twitter.http",
            Set.of("TwitterRefusedException", "Vocabulary"),
            "dev.nightjar.source.twitter.jetstream",
            Set.of("JetstreamConfig"),
            "dev.nightjar.source.twitter.spending",
            Set.of("SpendLimits"),
            "dev.nightjar.source.twitter.stream",
            Set.of("GapLedger", "StreamStatus", "TwitterStreamConfig", "TwitterStreamSource"));

    private static final String TESTKIT = "dev.nightjar.testkit";
    private static final String FAKE_X = "dev.nightjar.source.twitter.testkit";
    private static final int MOST_PUBLIC_TYPES = 4;

    /**
     * Adapters with more public types, and how many: the logistic regression also has training, with labelled texts, on
     * features that other trainers share, on embeddings, or over a word list; transformers classify, and embed for other
     * classifiers; tweets are replayed from files, in formats that others can add, and from databases, and labelled rows
     * are read from the same files; the X API has searches, rules, queries and credentials, and one type that only its
     * stream uses.
     */
    private static final Map<String, Integer> MORE_PUBLIC_TYPES = Map.of(
            "dev.nightjar.classifier.lr", 11,
            "dev.nightjar.classifier.onnx", 6,
            "dev.nightjar.source.replay", 7,
            "dev.nightjar.source.twitter", 7);

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(CORE);

    /** What an application stands on; not the samples, nor what tests stand on. */
    private static final JavaClasses PUBLISHED =
            ALL.that(not(resideInAnyPackage("dev.nightjar.samples..", "dev.nightjar.command..", TESTKIT, FAKE_X)));

    @Test
    void allModulesAreLookedAt() {
        assertThat(ALL.stream().map(JavaClass::getPackageName))
                .contains(CORE, TESTKIT, FAKE_X)
                .containsAll(ADAPTERS);
        assertThat(PUBLISHED.stream().map(JavaClass::getPackageName)).doesNotContain(TESTKIT, FAKE_X);
    }

    @Test
    void noLibrarySeesWhatTestsStandOn() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(TESTKIT, FAKE_X, "org.junit..", "org.assertj..")
                .check(PUBLISHED);
    }

    @Test
    void theTestKitSeesTheCoreAlone() {
        noClasses()
                .that()
                .resideInAPackage(TESTKIT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.nightjar.source..",
                        "dev.nightjar.classifier..",
                        "dev.nightjar.sink..",
                        "dev.nightjar.spark",
                        "org.apache.spark..")
                .check(ALL);
    }

    @Test
    void threeTypesOfTheTestKitNeedKafka() {
        noClasses()
                .that()
                .resideInAPackage(TESTKIT)
                .and()
                .haveNameNotMatching(".*\\.(DeletedTweetsContract|EmbeddedKafka|SerdeContract)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "kafka..", "dev.nightjar.kafka")
                .check(ALL);
    }

    @Test
    void theFakeXNeedsTheJdkAndJacksonsStreamingCoreAlone() {
        classes()
                .that()
                .resideInAPackage(FAKE_X)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", FAKE_X, "com.fasterxml.jackson.core..", "org.jspecify.annotations")
                .check(ALL);
    }

    @Test
    void theCoreNeedsTheJdkAndTwoSmallLibraries() {
        classes()
                .that()
                .resideInAPackage(CORE)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", CORE, "org.jspecify.annotations", "org.slf4j", "dev.failsafe..")
                .check(PUBLISHED);
    }

    @Test
    void theCoresLibrariesAreNotPartOfItsApi() {
        methods()
                .that()
                .areDeclaredInClassesThat()
                .resideInAPackage(CORE)
                .and()
                .arePublic()
                .should()
                .notHaveRawReturnType(resideInAnyPackage("org.slf4j..", "dev.failsafe.."))
                .andShould()
                .notHaveRawParameterTypes(any(resideInAnyPackage("org.slf4j..", "dev.failsafe..")))
                .check(PUBLISHED);
    }

    /** The engine knows neither of the two ways in, and no library but those of the core. */
    @Test
    void theDeliveryNeedsTheCoreAlone() {
        classes()
                .that()
                .resideInAPackage("dev.nightjar.delivery")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "javax.management..",
                        CORE,
                        "dev.nightjar.delivery",
                        "dev.nightjar.options",
                        "dev.failsafe..",
                        "org.slf4j..",
                        "org.jspecify.annotations")
                .check(PUBLISHED);
    }

    @Test
    void kafkaIsSeenByItsPackageAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.nightjar.kafka", "dev.nightjar.spark")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka..")
                .check(PUBLISHED);
    }

    @Test
    void micrometerIsSeenByItsPackageAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.nightjar.micrometer")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.micrometer..")
                .check(PUBLISHED);
    }

    /** And by the one class of each sink, and of the replay, that Spark alone loads. */
    @Test
    void sparkIsSeenByItsPackageAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.nightjar.spark", "dev.nightjar.classifier.lr.spark")
                .and()
                .haveNameNotMatching(
                        "dev\\.nightjar\\.(sink\\.(mongo\\.Mongo|influx\\.Influx|hbase\\.HBase)|source\\.replay\\.Replay)Format")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.spark..", "scala..")
                .check(PUBLISHED);
    }

    /** For clusters of Scala 2.12 and of 2.13; that what it names is the same in both, SparkLinksTest shows on each. */
    @Test
    void scalaIsSeenByOneClassAndTheNodesOfSparksTreesAlone() {
        noClasses()
                .that()
                .haveNameNotMatching("dev\\.nightjar\\.spark\\.(Values|NightjarExtensions|Classify(Exec|Rows|Strategy)"
                        + "|LiftedClassify|Parent|Planning|WithColumns|Sql(Classifiers|Functions?))")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("scala..")
                .check(PUBLISHED);
    }

    /** The classifiers read the JSON of their models, the client of the X API its answers, with the core's parser. */
    @Test
    void jacksonIsSeenByJsonTheClassifiersAndTheXApiAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.nightjar.json", "dev.nightjar.classifier..", "dev.nightjar.source.twitter..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.fasterxml.jackson..")
                .check(PUBLISHED);
    }

    @Test
    void ofJacksonOnlyTheStreamingCoreIsUsed() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage("com.fasterxml.jackson..")
                        .and(not(resideInAnyPackage("com.fasterxml.jackson.core.."))))
                .check(PUBLISHED);
    }

    @Test
    void theCoreSeesNoAdapter() {
        noClasses()
                .that()
                .resideInAnyPackage(CORE_PACKAGES.toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.nightjar.source..", "dev.nightjar.classifier..", "dev.nightjar.sink..")
                .check(PUBLISHED);
    }

    @Test
    void noAdapterSeesAnother() {
        slices().matching("dev.nightjar.(source|classifier|sink).(*)..")
                .should()
                .notDependOnEachOther()
                .check(PUBLISHED);
    }

    @Test
    void whatTheRoomsOfTheXApiShareIsForThemAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.nightjar.source.twitter..")
                .should()
                .dependOnClassesThat(DescribedPredicate.describe("are shared by the rooms of the X API", type -> {
                    Set<String> forUsers = X_API.get(type.getPackageName());
                    return forUsers != null && !forUsers.contains(topLevel(type).getSimpleName());
                }))
                .check(ALL);
    }

    /** Types for the other rooms are in rooms that are there for that, but one. */
    @Test
    void theRoomsOfTheXApiThatUsersKnowHaveWhatIsForUsers() {
        for (String room : List.of("", ".jetstream", ".stream")) {
            String name = "dev.nightjar.source.twitter" + room;
            assertThat(PUBLISHED.stream()
                            .filter(type -> type.getPackageName().equals(name))
                            .filter(type -> type.isTopLevelClass()
                                    && type.getModifiers().contains(JavaModifier.PUBLIC))
                            .map(JavaClass::getSimpleName)
                            .filter(type -> !type.equals("GapSearch")))
                    .as("public types of %s", name)
                    .containsExactlyInAnyOrderElementsOf(X_API.get(name));
        }
    }

    /** Else a sink or source without Spark would meet it. */
    @Test
    void theFormatsAreSeenBySparkAlone() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.nightjar.sink..", "dev.nightjar.source..")
                .and()
                .haveSimpleNameNotEndingWith("Format")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("dev\\.nightjar\\.(sink\\..*Format|source\\.replay\\.ReplayFormat|spark\\..*)")
                .check(PUBLISHED);
    }

    @Test
    void noPublishedModuleSeesTheSamplesOrTheCommand() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.nightjar.samples..", "dev.nightjar.command..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.nightjar.samples..", "dev.nightjar.command..")
                .check(ALL);
    }

    @Test
    void noPackagesGoRoundInCircles() {
        slices().matching("(dev.nightjar..)").should().beFreeOfCycles().check(ALL);
    }

    @Test
    void everyClassIsInAPackageOfItsModule() {
        assertThat(PUBLISHED.stream().map(JavaClass::getPackageName).distinct())
                .as("packages")
                .isSubsetOf(Stream.of(CORE_PACKAGES, ADAPTERS, PARTS)
                        .flatMap(List::stream)
                        .toList());
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(ALL.stream().map(JavaClass::getPackage).distinct().filter(folder -> !isNullMarked(folder)))
                .as("packages without @NullMarked")
                .isEmpty();
    }

    @Test
    void aPublicClassIsFinalOrMeantToBeExtended() {
        classes()
                .that()
                .arePublic()
                .and(not(INTERFACES))
                .and()
                .areNotEnums()
                .and()
                .areNotAnnotations()
                .and(not(DescribedPredicate.<JavaClass>describe(
                        "the base of an exception, a configuration or a builder",
                        type -> type.getModifiers().contains(JavaModifier.ABSTRACT)
                                && (type.isAssignableTo(Throwable.class)
                                        || type.getSimpleName().endsWith("Builder")
                                        || type.getSimpleName().equals("Configuration")))))
                .and(not(DescribedPredicate.<JavaClass>describe(
                        "sealed", type -> type.reflect().isSealed())))
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(PUBLISHED);
    }

    @Test
    void anAdapterHasFewPublicTypes() {
        Map<String, List<String>> types = PUBLISHED.stream()
                .filter(type -> type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(type -> ADAPTERS.contains(type.getPackageName()))
                .collect(Collectors.groupingBy(
                        JavaClass::getPackageName,
                        TreeMap::new,
                        Collectors.mapping(JavaClass::getSimpleName, Collectors.toList())));
        assertThat(types)
                .containsOnlyKeys(ADAPTERS)
                .allSatisfy((adapter, names) -> assertThat(names)
                        .as("public types of %s", adapter)
                        .hasSizeLessThanOrEqualTo(MORE_PUBLIC_TYPES.getOrDefault(adapter, MOST_PUBLIC_TYPES)));
    }

    @Test
    void aLibraryDoesNotPrint() {
        noClasses()
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .check(PUBLISHED);
    }

    @Test
    void aLibraryDoesNotEndTheJvm() {
        noClasses()
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .check(PUBLISHED);
    }

    @Test
    void timesAreThoseOfJavaTime() {
        noClasses()
                .should()
                .dependOnClassesThat(assignableTo(java.util.Date.class)
                        .or(assignableTo(java.util.Calendar.class))
                        .or(assignableTo(java.text.DateFormat.class)))
                .check(PUBLISHED);
    }

    @Test
    void nullnessIsThatOfJSpecify() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "javax.annotation..",
                        "jakarta.annotation..",
                        "org.jetbrains.annotations..",
                        "edu.umd.cs.findbugs.annotations..",
                        "org.checkerframework..")
                .check(ALL);
    }

    @Test
    void nothingIsReadByJavaSerialization() {
        // The test kit reads what it has just written.
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.nightjar.testkit.Copies")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(java.io.ObjectInput.class)
                .because("to read an object is to run its code")
                .check(ALL);
    }

    /** Of other fields Java 21 and newer warn, which is an error, but not the Java that most builds run on. */
    @Test
    void whatIsSerializedHasFieldsOfTypesThatAre() {
        assertThat(ALL.stream()
                        .filter(type -> type.isAssignableTo(Serializable.class) && !type.isRecord() && !type.isEnum())
                        .flatMap(type -> type.getFields().stream())
                        .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC)
                                && !field.getModifiers().contains(JavaModifier.TRANSIENT)
                                && !field.getModifiers().contains(JavaModifier.SYNTHETIC))
                        .filter(field -> {
                            JavaClass type = field.getRawType().getBaseComponentType();
                            return !type.isPrimitive() && !type.isAssignableTo(Serializable.class);
                        })
                        .map(JavaField::getFullName))
                .as("those whose warning is suppressed, with a reason")
                .containsExactlyInAnyOrder(
                        "dev.nightjar.spark.SqlFunction.child",
                        "dev.nightjar.spark.SqlFunction.type",
                        "dev.nightjar.spark.ClassifyExec.answer");
    }

    @Test
    void loggersArePrivate() {
        fields().that()
                .haveRawType("org.slf4j.Logger")
                .should()
                .bePrivate()
                .andShould()
                .beStatic()
                .andShould()
                .beFinal()
                .check(PUBLISHED);
    }

    private static JavaClass topLevel(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::topLevel).orElse(type);
    }

    private static boolean isNullMarked(JavaPackage folder) {
        return folder.tryGetPackageInfo()
                .map(info -> info.isAnnotatedWith(NullMarked.class))
                .orElse(false);
    }

    private static DescribedPredicate<List<JavaClass>> any(DescribedPredicate<JavaClass> type) {
        return DescribedPredicate.describe(
                "any of " + type.getDescription(), types -> types.stream().anyMatch(type));
    }
}
