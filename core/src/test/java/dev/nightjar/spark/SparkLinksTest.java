/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.invoke.SerializedLambda;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The class files are compiled once and meet the Spark, Scala and Jackson of whichever cluster they run on; here those
 * on the class path stand for one cluster. Every published module that is there too is looked at.
 */
class SparkLinksTest {
    /** What is the same in Scala 2.12 and 2.13, as are those of its methods that are called. */
    private static final Set<String> COMMON_SCALA = Set.of(
            "scala.Function0",
            "scala.Function1",
            "scala.Option",
            "scala.Product",
            "scala.Tuple3",
            "scala.collection.IndexedSeq",
            "scala.collection.Seq",
            "scala.collection.immutable.HashMap",
            "scala.collection.immutable.HashMap$",
            "scala.collection.immutable.IndexedSeq",
            "scala.collection.immutable.List",
            "scala.collection.immutable.Map",
            "scala.collection.immutable.Nil$",
            "scala.collection.immutable.Seq",
            "scala.runtime.BoxedUnit");

    private static final JavaClasses PUBLISHED = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.nightjar");

    @Test
    void everyReferenceToTheClusterIsToSomethingThatIsThere() {
        assertThat(targets().map(AccessTarget::getFullName)).contains("org.apache.spark.sql.Dataset.schema()");
        assertThat(targets().filter(target -> target.resolveMember().isEmpty()).map(AccessTarget::getFullName))
                .as("what Spark, Scala or Jackson lacks")
                .isEmpty();
    }

    @Test
    void noTypeOfScalaIsNamedThatAnotherScalaHasInAnotherForm() {
        Set<String> types = Stream.concat(
                        PUBLISHED.stream()
                                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                                .map(dependency -> dependency.getTargetClass()),
                        targets().flatMap(target -> signature(target)))
                .map(type -> type.getBaseComponentType().getName())
                .filter(name -> name.startsWith("scala."))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(types).isEqualTo(new TreeSet<>(COMMON_SCALA));
    }

    /** Where an executor lacks a jar, a lambda fails as a {@code ClassCastException} that names neither it nor the jar. */
    @Test
    void noLambdaIsSentToExecutors() {
        assertThat(PUBLISHED.stream()
                        .filter(type -> type.tryGetMethod("$deserializeLambda$", SerializedLambda.class)
                                .isPresent())
                        .map(JavaClass::getName))
                .as("classes with a serializable lambda, which needs to be a class with a name")
                .isEmpty();
    }

    private static Stream<AccessTarget> targets() {
        return PUBLISHED.stream()
                .flatMap(type -> type.getAccessesFromSelf().stream())
                .<AccessTarget>map(access -> access.getTarget())
                .filter(target -> isOfTheCluster(target.getOwner().getName()));
    }

    private static boolean isOfTheCluster(String type) {
        return Stream.of("org.apache.spark.", "scala.", "com.fasterxml.jackson.")
                .anyMatch(type::startsWith);
    }

    private static Stream<JavaClass> signature(AccessTarget target) {
        return target instanceof AccessTarget.CodeUnitAccessTarget called
                ? Stream.concat(called.getRawParameterTypes().stream(), Stream.of(called.getRawReturnType()))
                : Stream.of(((AccessTarget.FieldAccessTarget) target).getRawType());
    }
}
