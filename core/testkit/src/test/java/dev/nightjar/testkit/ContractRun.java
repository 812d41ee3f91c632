/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Runs a class that implements a contract, as JUnit would. */
final class ContractRun {
    private ContractRun() {}

    /** The names of the contract's methods that fail. */
    static Set<String> failures(Class<?> check) {
        EngineExecutionResults results = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(check))
                .execute();
        assertThat(results.containerEvents().failed().count())
                .as("failed containers")
                .isZero();
        assertThat(results.testEvents().finished().count()).as("tests run").isGreaterThan(5);
        return results.testEvents().failed().stream()
                .map(event ->
                        (MethodSource) event.getTestDescriptor().getSource().orElseThrow())
                .map(MethodSource::getMethodName)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
