/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.io;

import dev.nightjar.FatalException;
import dev.nightjar.RetriableException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A server whose answers become errors that say what the caller can do next. The meaning of each server's answers is in
 * a table of its adapter; what they have in common is here. An answer that is in no table is fatal: repeating the call
 * could go on for ever, and dropping the records would lose them. A server's texts are never passed on, and its
 * exceptions are never causes: both may quote the records or the request. So an answer is given here by its code alone.
 *
 * @param name how messages call it: {@code InfluxDB at http://db:8086}
 * @since 0.1.0
 */
public record Server(String name) {
    private static final Pattern THIS_MACHINE = Pattern.compile("localhost|\\[::1]|127(\\.[0-9]{1,3}){3}");

    /** For each address to take a connection. */
    private static final int CONNECT_MILLIS = 5_000;

    /**
     * Whether a secret may be sent to an address: nobody reads what goes there by https, or stays on this machine.
     */
    public static boolean isPrivate(URI address) {
        return "https".equalsIgnoreCase(address.getScheme())
                || THIS_MACHINE
                        .matcher(String.valueOf(address.getHost()).toLowerCase(Locale.ROOT))
                        .matches();
    }

    /**
     * The thread was interrupted, and stays so.
     *
     * @param action what it tried to do: {@code fetch 'config.json'}
     * @param cause null if it contains a server's text
     */
    public static RetriableException interrupted(String action, @Nullable Throwable cause) {
        Thread.currentThread().interrupt();
        return new RetriableException("Interrupted while trying to " + action, cause);
    }

    /** It does not answer; the failure is the client's own. */
    public RetriableException silent(Throwable failure) {
        String reason = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return silent(reason, failure);
    }

    /**
     * It does not answer.
     *
     * @param reason what the client says about it
     * @param cause null if it contains a server's text
     */
    public RetriableException silent(String reason, @Nullable Throwable cause) {
        return new RetriableException(
                name + " does not answer: " + reason + "; see that it runs there and that the address is right", cause);
    }

    /**
     * Looks whether one of its addresses takes a connection, for what cannot say itself why it got none.
     *
     * @param addresses not resolved: a name that is not known is a reason like others
     * @throws RetriableException if none does within 5 seconds each, with the reason of each
     */
    public void requireListening(Collection<InetSocketAddress> addresses) {
        StringJoiner faults = new StringJoiner(", ");
        for (InetSocketAddress address : addresses) {
            String server = address.getHostString() + ':' + address.getPort();
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(address.getHostString(), address.getPort()), CONNECT_MILLIS);
                return;
            } catch (UnknownHostException e) {
                faults.add(server + " (the name is not known here)");
            } catch (IOException e) {
                faults.add(server + " (" + e.getMessage() + ')');
            }
        }
        throw silent(faults.toString(), null);
    }

    /**
     * It cannot do it just now.
     *
     * @param retryAfter how long it asks to wait, null if it does not say
     */
    public RetriableException busy(String answer, @Nullable Duration retryAfter) {
        return new RetriableException(name + " cannot just now: " + answer, null, retryAfter);
    }

    /** Its answer is in no table. */
    public FatalException unknown(String answer) {
        return new FatalException(name + " answers in a way that is not known: " + answer);
    }
}
