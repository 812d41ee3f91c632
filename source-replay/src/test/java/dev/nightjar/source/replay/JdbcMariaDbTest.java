/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A replay of a real MariaDB, where there is one. */
class JdbcMariaDbTest implements JdbcReplayTests {
    private String url = "";

    @BeforeAll
    static void start() {
        MariaDb.get();
    }

    @BeforeEach
    @Override
    public void makeTables() throws Exception {
        url = MariaDb.get().newDatabase();
        JdbcReplayTests.super.makeTables();
    }

    @Override
    public String url() {
        return url;
    }
}
