/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.FatalException;
import dev.nightjar.RetriableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerTest {
    private final Server server = new Server("The store at http://db");

    @Test
    void anInterruptIsKeptAndTheCallMayBeRepeated() {
        try {
            assertThat(Server.interrupted("fetch 'a'", null))
                    .isInstanceOf(RetriableException.class)
                    .hasMessage("Interrupted while trying to fetch 'a'")
                    .hasNoCause();
        } finally {
            assertThat(Thread.interrupted()).as("the interrupt flag").isTrue();
        }
    }

    @Test
    void aServerThatIsBusyOrSilentMayAnswerLater() {
        assertThat(server.busy("HTTP 503", null)).hasMessage("The store at http://db cannot just now: HTTP 503");
        assertThat(server.busy("HTTP 429", Duration.ofSeconds(7)).retryAfter()).contains(Duration.ofSeconds(7));
        assertThat(server.silent(new IOException("reset")))
                .hasMessage(
                        "The store at http://db does not answer: reset; see that it runs there and that the address is"
                                + " right")
                .hasCauseInstanceOf(IOException.class);
        assertThat(server.silent(new IOException())).hasMessageContaining("does not answer: IOException; see");
    }

    @Test
    void eachAddressThatTakesNoConnectionHasItsReason() throws IOException {
        InetSocketAddress nobody = InetSocketAddress.createUnresolved("127.0.0.1", 1);
        assertThatThrownBy(() -> server.requireListening(
                        List.of(nobody, InetSocketAddress.createUnresolved("no-such-host.invalid", 80))))
                .isInstanceOf(RetriableException.class)
                .hasMessageContaining("127.0.0.1:1 (")
                .hasMessageContaining("), no-such-host.invalid:80 (the name is not known here); see that it runs");
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.requireListening(
                    List.of(nobody, InetSocketAddress.createUnresolved("127.0.0.1", listening.getLocalPort())));
        }
    }

    @Test
    void anAnswerThatIsNotKnownIsFatal() {
        assertThat(server.unknown("HTTP 418"))
                .isExactlyInstanceOf(FatalException.class)
                .hasMessage("The store at http://db answers in a way that is not known: HTTP 418");
    }
}
