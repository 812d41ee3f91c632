/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightjar.command.shared.Exit;
import dev.nightjar.testkit.EmbeddedKafka;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The broker as a process, used by other commands as it says. */
@Timeout(180)
class BrokerIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern COMMAND = Pattern.compile("samples/nightjar (.*)");

    @TempDir
    private Path folder;

    @Test
    void whatTheBrokerSaysToTypeWorksAndItsDataStays() throws Exception {
        String port = Integer.toString(EmbeddedKafka.freePort());
        String data = folder.resolve(Launched.SPACED).toString();
        try (Launched broker = Launched.start(folder, "broker", "--port", port, "--data", data)) {
            await().atMost(PATIENCE).until(() -> broker.output().contains("Ctrl-C ends it."));
            assertThat(broker.output()).contains("listens on 127.0.0.1:" + port, "kept in " + data);
            Matcher commands = COMMAND.matcher(broker.output());
            assertThat(commands.find()).isTrue();
            Ran replayed = Ran.command(commands.group(1).split(" "));
            assertThat(replayed.exit()).as(replayed.err()).isZero();
            assertThat(commands.find()).isTrue();
            Ran consumed = Ran.command((commands.group(1) + " --count 2000").split(" "));
            assertThat(consumed.exit()).as(consumed.err()).isZero();
            assertThat(consumed.out().lines()).hasSize(2_000);
            broker.stop();
            assertThat(broker.await(20)).as(broker.output()).isEqualTo(128 + 15);
            assertThat(broker.output()).contains("The broker has ended; its data stays in " + data);
        }
        try (EmbeddedKafka again = EmbeddedKafka.start(Path.of(data))) {
            assertThat(Ran.command("topics", "describe", "tweets", "--bootstrap-servers", again.bootstrapServers())
                            .out())
                    .contains("2,000 records");
        }
    }

    @Test
    void aPortThatIsTakenOrNoneIsRefusedInASentence() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ran ran = Ran.command("broker", "--port", Integer.toString(taken.getLocalPort()));
            assertThat(ran.exit()).isEqualTo(Exit.SET_UP);
            assertThat(ran.err())
                    .contains("Cannot listen on port " + taken.getLocalPort(), "give another with --port")
                    .hasLineCount(1);
        }
        Ran ran = Ran.command("broker", "--port", "99999");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("'99999' is not a port");
    }

    @Test
    void dataOfAnotherBrokerThatRunsIsRefused() throws Exception {
        try (EmbeddedKafka other = EmbeddedKafka.start(folder)) {
            Ran ran = Ran.command("broker", "--port", "0", "--data", folder.toString());
            assertThat(ran.exit()).as(other.bootstrapServers()).isEqualTo(Exit.SET_UP);
            assertThat(ran.err()).contains("The broker does not start", "that no other broker uses");
        }
        Path file = Files.createFile(folder.resolve("file"));
        assertThat(Ran.command("broker", "--port", "0", "--data", file.toString())
                        .exit())
                .isEqualTo(Exit.SET_UP);
    }
}
