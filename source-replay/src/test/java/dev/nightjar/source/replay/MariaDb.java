/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A real {@code mariadbd}, started once per JVM if it is there; its tests are skipped otherwise. */
final class MariaDb {
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final AtomicBoolean TOLD = new AtomicBoolean();
    private static MariaDb running;

    private final String url;

    private MariaDb(Path server, Path installer) throws IOException {
        Path directory = Files.createTempDirectory("mariadb");
        File log = directory.resolve("log").toFile();
        // As root it would look for a user of its own.
        String user = "--user=" + System.getProperty("user.name");
        String data = "--datadir=" + directory.resolve("data");
        run(log, installer.toString(), "--no-defaults", user, data, "--auth-root-authentication-method=normal");
        int port = freePort();
        url = "jdbc:mariadb://127.0.0.1:" + port + "/";
        Process process = new ProcessBuilder(
                        server.toString(),
                        "--no-defaults",
                        user,
                        data,
                        "--port=" + port,
                        "--bind-address=127.0.0.1",
                        "--socket=" + directory.resolve("socket"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process, directory)));
        awaitConnection(process, log);
    }

    /** The running server; skips the test if there is none to run. */
    static synchronized MariaDb get() {
        if (running == null) {
            Optional<Path> server = find("mariadbd");
            Optional<Path> installer = find("mariadb-install-db");
            boolean isThere = server.isPresent() && installer.isPresent();
            if (!isThere && TOLD.compareAndSet(false, true)) {
                System.out.println("SKIPPED: no mariadbd; install the Debian package 'mariadb-server' to run these");
            }
            assumeTrue(isThere, "no mariadbd; install the Debian package 'mariadb-server'");
            try {
                running = new MariaDb(server.orElseThrow(), installer.orElseThrow());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return running;
    }

    /** The URL of a new and empty database. */
    String newDatabase() throws SQLException {
        String name = "test" + DATABASES.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(url + "?user=root");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " CHARACTER SET utf8mb4");
        }
        return url + name + "?user=root";
    }

    private static Optional<Path> find(String executable) {
        return Arrays.stream((System.getenv("PATH") + File.pathSeparator + "/usr/sbin").split(File.pathSeparator))
                .map(directory -> Path.of(directory, executable))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static void run(File log, String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(process.exitValue()).as(Files.readString(log.toPath())).isZero();
    }

    private void awaitConnection(Process process, File log) throws IOException {
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (true) {
            try {
                DriverManager.getConnection(url + "?user=root").close();
                return;
            } catch (SQLException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IllegalStateException("mariadbd did not start: " + Files.readString(log.toPath()), e);
                }
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void stop(Process process, Path directory) {
        process.destroy();
        try {
            process.waitFor(20, TimeUnit.SECONDS);
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        } catch (InterruptedException | IOException e) {
            // The JVM ends.
        }
    }
}
