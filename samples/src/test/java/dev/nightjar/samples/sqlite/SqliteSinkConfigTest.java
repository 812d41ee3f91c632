/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.samples.sqlite;

import dev.nightjar.options.Options;
import dev.nightjar.testkit.FactoryContract;
import java.util.Map;
import java.util.Optional;

class SqliteSinkConfigTest implements FactoryContract<SqliteSinkConfig> {
    @Override
    public SqliteSinkConfig fromMap(Map<String, String> options) {
        return SqliteSinkConfig.fromMap(options);
    }

    @Override
    public Map<String, String> options() {
        return Map.of("file", "tweets.db", "timeout", "3s");
    }

    @Override
    public Map<String, String> alternatives() {
        return Map.of("file", "others.db", "timeout", "4s");
    }

    @Override
    public Optional<Options> declared() {
        return Optional.of(SqliteSinkConfig.OPTIONS);
    }
}
