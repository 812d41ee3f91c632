/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.x;

import dev.nightjar.ConfigException;
import dev.nightjar.command.shared.Home;
import dev.nightjar.command.shared.Port;
import dev.nightjar.command.shared.Stop;
import dev.nightjar.command.shared.Subcommand;
import dev.nightjar.io.FileFault;
import dev.nightjar.source.twitter.testkit.FakeX;
import dev.nightjar.source.twitter.testkit.Fault;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nightjar fake-x}. */
@Command(
        name = "fake-x",
        description = {
            "An X API on this machine, with made-up posts: rules, the filtered stream, searches, counts, usage, limits.",
            "It needs no account, costs nothing, and answers as the real one does, with its faults if asked to.",
            "It begins to write new posts when a stream is opened; about half of them have a word of a rule."
        },
        footer = {
            "%nExamples:%n",
            "  nightjar fake-x",
            "  nightjar fake-x --count 500 --rate 50 --fault reset@100 --fault service-unavailable --fault stall@200",
            "",
            "Faults of the next connections to the stream, in their order; those with @N come after N posts:",
            "  reset, end, stall, half-frame, cut-character, disconnect, odd-line, long-line, partial-error, gzip-bomb,",
            "  no-answer, lost-answer, unfinished, redirect, service-unavailable, retry-after, provisioning,",
            "  rate-limited, too-many-connections, usage-capped, payment-required"
        })
public final class FakeXCommand extends Subcommand {
    private static final String FIRST_LINE = "# For the fake X API of this machine, made by nightjar fake-x";
    private static final Duration LAST_READS = Duration.ofSeconds(10);
    /** An address where no server listens. */
    private static final URI ELSEWHERE = URI.create("http://127.0.0.1:9/");

    private static final int LONG_LINE = 10_000_000;
    private static final long TICK_MILLIS = 50;

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "End when so many posts have matched a rule of an open stream, and have been read. Default:"
                    + " go on until Ctrl-C.")
    private @Nullable Long count;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "20",
            description = "How many posts are written in a second. Default: ${DEFAULT-VALUE}.")
    private double rate;

    @Option(
            names = "--past",
            paramLabel = "N",
            defaultValue = "2000",
            description =
                    "How many posts of the last seven days there are to search; of all days before there are some, too, for"
                            + " --archive. Default: ${DEFAULT-VALUE}.")
    private int past;

    @Option(names = "--port", defaultValue = "0", converter = Port.class, description = "Default: any free one.")
    private int port;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Decides what the posts say. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--page-overlap",
            paramLabel = "N",
            defaultValue = "0",
            description = "How many posts of a page of a search are on the next page again. Default: ${DEFAULT-VALUE}.")
    private int pageOverlap;

    @Option(
            names = "--search-words",
            paramLabel = "W",
            defaultValue = "both",
            description = "In which words a search may ask for posts: both, tweet, or post as with X since August 2026."
                    + " Default: ${DEFAULT-VALUE}.")
    private FakeX.Words searchWords = FakeX.Words.BOTH;

    @Option(
            names = "--stream-words",
            paramLabel = "W",
            defaultValue = "both",
            description = "The same for the stream. Default: ${DEFAULT-VALUE}.")
    private FakeX.Words streamWords = FakeX.Words.BOTH;

    @Option(
            names = "--fault",
            paramLabel = "KIND[@POSTS]",
            description = "Something that goes wrong, see below. Repeatable.")
    private List<String> faults = List.of();

    @Option(
            names = "--credentials",
            paramLabel = "FILE",
            description = "Where its bearer token is written. Default: fake-x.credentials in the project's folder"
                    + " .nightjar.")
    private @Nullable Path credentials;

    @Override
    public Integer call() throws InterruptedException {
        Fault[] planned = faults.stream().map(this::fault).toArray(Fault[]::new);
        if (!(rate > 0) || past < 0 || (count != null && count < 1)) {
            throw wrong("--rate and --count are positive, --past is not negative");
        }
        Path file = credentials == null ? Home.folder().resolve("fake-x.credentials") : credentials;
        FakeX.Builder builder = FakeX.builder()
                .port(port)
                .postsPerSecond(rate)
                .pastPosts(past)
                .archive()
                .seed(seed)
                .pageOverlap(pageOverlap)
                .searchWords(searchWords)
                .streamWords(streamWords);
        if (count != null) {
            builder.matchingCount(count);
        }
        PrintWriter out = out();
        try (FakeX x = start(builder)) {
            x.faults(planned);
            write(file, x.bearerToken());
            introduce(x, file, out);
            try (Stop stop = Stop.by(() -> {})) {
                serve(x, stop);
                report(x, out);
            }
        }
        return 0;
    }

    private FakeX start(FakeX.Builder builder) {
        try {
            return builder.start();
        } catch (UncheckedIOException e) {
            throw new ConfigException("Cannot listen on port " + port + ": " + e.getCause(), e);
        }
    }

    /** Until it is asked to stop, or all posts have been sent and their readers have left. */
    private void serve(FakeX x, Stop stop) throws InterruptedException {
        try (StatusLine line = StatusLine.of(() -> status(x), err())) {
            while (count == null || x.postsMatching() < count) {
                if (stop.await(TICK_MILLIS)) {
                    return;
                }
            }
            Instant end = Instant.now().plus(LAST_READS);
            while (x.openStreams() > 0 && Instant.now().isBefore(end) && !stop.await(TICK_MILLIS)) {
                // They read what is under way.
                assert line != null;
            }
        }
    }

    private String status(FakeX x) {
        int streams = x.openStreams();
        return String.format(
                Locale.ROOT,
                "%s, %,d posts written, %,d%s match a rule, %,d read, %,d requests",
                streams == 1 ? "1 stream open" : streams + " streams open",
                x.postsWritten(),
                x.postsMatching(),
                count == null ? "" : String.format(Locale.ROOT, " of %,d", count),
                x.postsRead(),
                x.requests().size());
    }

    private void introduce(FakeX x, Path file, PrintWriter out) {
        String options = " --base-url " + x.uri() + " --credentials " + quoted(file.toString());
        out.println("A fake X API listens on " + x.uri() + "; its bearer token is in " + file);
        out.println("Ask it in another terminal, for example:");
        String number = count == null ? "20" : Long.toString(count);
        for (String command : List.of(
                "live --rule 'potus OR biden' --count " + number + " --print",
                "search --query superbowl --min-likes 100 --lang en --count-first",
                "rules list",
                "usage")) {
            out.println("  samples/nightjar " + command + options);
        }
        out.flush();
    }

    /** As a shell takes it for one word. */
    private static String quoted(String path) {
        return path.matches("[\\w./:-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
    }

    private void report(FakeX x, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%,d posts read, %,d charged, %,d requests%n",
                x.postsRead(),
                x.postsBilled(),
                x.requests().size());
        if (x.faultsLeft() > 0) {
            out.println(x.faultsLeft() + " faults were not reached");
        }
        out.flush();
    }

    /** Never overwrites an existing file, which may hold the credentials of an account. */
    private static void write(Path file, String token) {
        try {
            if (Files.exists(file) && !Files.readString(file).startsWith(FIRST_LINE)) {
                throw new ConfigException("The file '" + file + "' is not one of fake-x; it is left as it is. Name"
                        + " another with --credentials");
            }
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.writeString(file, FIRST_LINE + "\nbearer_token = " + token + "\n");
        } catch (IOException e) {
            throw new ConfigException("Cannot write '" + file + "': " + FileFault.of(e), e);
        }
    }

    private Fault fault(String text) {
        int at = text.indexOf('@');
        String kind = at < 0 ? text : text.substring(0, at);
        Supplier<Fault> made = kinds().get(kind);
        if (made == null) {
            throw wrong("There is no fault '" + kind + "'; there are " + String.join(", ", kinds().keySet()));
        }
        if (at < 0) {
            return made.get();
        }
        try {
            return made.get().after(Integer.parseUnsignedInt(text.substring(at + 1)));
        } catch (NumberFormatException e) {
            throw wrong("The fault '" + text + "' is not KIND@POSTS");
        }
    }

    private static Map<String, Supplier<Fault>> kinds() {
        Map<String, Supplier<Fault>> kinds = new LinkedHashMap<>();
        kinds.put("reset", Fault::reset);
        kinds.put("end", Fault::end);
        kinds.put("stall", Fault::stall);
        kinds.put("half-frame", Fault::halfFrame);
        kinds.put("cut-character", Fault::cutInsideCharacter);
        kinds.put("disconnect", () -> Fault.disconnectMessage("UpstreamOperationalDisconnect"));
        kinds.put("odd-line", () -> Fault.longLine(10));
        kinds.put("long-line", () -> Fault.longLine(LONG_LINE));
        kinds.put("partial-error", Fault::partialError);
        kinds.put("gzip-bomb", Fault::gzipBomb);
        kinds.put("no-answer", Fault::noAnswer);
        kinds.put("lost-answer", Fault::lostAnswer);
        kinds.put("unfinished", () -> Fault.unfinishedAnswer(503, "<html>"));
        kinds.put("redirect", () -> Fault.redirect(ELSEWHERE));
        kinds.put("service-unavailable", Fault::serviceUnavailable);
        kinds.put("retry-after", () -> Fault.serviceUnavailable(Duration.ofSeconds(3)));
        kinds.put("provisioning", Fault::provisioning);
        kinds.put(
                "rate-limited",
                () -> Fault.rateLimited(Instant.now().plusSeconds(60).getEpochSecond()));
        kinds.put(
                "too-many-connections",
                () -> Fault.tooManyConnections(Instant.now().plusSeconds(900).getEpochSecond()));
        kinds.put("usage-capped", Fault::usageCapped);
        kinds.put("payment-required", Fault::paymentRequired);
        return kinds;
    }
}
