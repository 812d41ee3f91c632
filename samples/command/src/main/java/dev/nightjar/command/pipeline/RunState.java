/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import dev.nightjar.ConfigException;
import dev.nightjar.command.shared.OwnFolder;
import dev.nightjar.io.FileFault;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The folder in which a run keeps all it needs to go on after it was killed: the broker's log, the position in the
 * source, Spark's checkpoint and the store. One run at a time uses it.
 */
public final class RunState implements AutoCloseable {
    /** The setting that says whose state it is. */
    static final String PIPELINE = "pipeline";

    private static final String FINISHED = "finished";
    private static final String RUN = "run.properties";

    /** What the owner alone can enter, where the file system knows of owners. */
    private static final FileAttribute<?>[] PRIVATE =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                    ? new FileAttribute<?>[] {
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                    }
                    : new FileAttribute<?>[0];

    private final Path folder;
    private final Map<String, String> settings;
    private final boolean resumed;
    private final FileChannel lock;

    private RunState(Path folder, Map<String, String> settings, boolean resumed, FileChannel lock) {
        this.folder = folder;
        this.settings = settings;
        this.resumed = resumed;
        this.lock = lock;
    }

    /**
     * Takes a folder, which no other user can enter if it is made here. A run with the same settings that did not finish is continued; anything else that a run left in it
     * is deleted.
     *
     * @param keeps whether the topics outlive a run, as those of another's broker do: after a run that finished, only
     *     the position in the source begins anew
     * @throws ConfigException if another run uses the folder, or it holds the state of another pipeline or files that no
     *     run wrote
     */
    static RunState open(Path folder, Map<String, String> settings, boolean keeps) {
        try {
            Files.createDirectories(folder, PRIVATE);
            requireOwn(folder, settings);
            FileChannel lock =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lock.tryLock() == null) {
                lock.close();
                throw new ConfigException(
                        "Another run uses '" + folder + "'; wait for it, or give this one a folder with --state");
            }
            Properties earlier = read(folder.resolve(RUN));
            boolean unfinished = "false".equals(earlier.remove(FINISHED));
            boolean same = earlier.equals(settings);
            RunState state = new RunState(folder, settings, same && unfinished, lock);
            if (!same || !(unfinished || keeps)) {
                state.clear();
            } else if (!unfinished) {
                Files.deleteIfExists(state.position());
            }
            state.write(false);
            return state;
        } catch (IOException e) {
            throw new ConfigException("Cannot use the folder '" + folder + "': " + FileFault.of(e), e);
        }
    }

    /** Whether an interrupted run is continued. */
    boolean resumed() {
        return resumed;
    }

    Path kafka() {
        return folder.resolve("kafka");
    }

    Path position() {
        return folder.resolve("position");
    }

    Path checkpoint(String query) {
        return folder.resolve("checkpoint").resolve(query);
    }

    Path store() {
        return folder.resolve("tweets.db");
    }

    Path file(String file) {
        return folder.resolve(file);
    }

    Path spark() {
        return folder.resolve("spark");
    }

    /** Notes that the run is complete: the next one starts from scratch. */
    void finish() {
        try {
            write(true);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot note the end of the run in '" + folder + "'", e);
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot release '" + folder + "'", e);
        }
    }

    /** Before anything is written to it. */
    private static void requireOwn(Path folder, Map<String, String> settings) throws IOException {
        Properties earlier = read(folder.resolve(RUN));
        String owner = earlier.getProperty(PIPELINE);
        if (owner != null && !owner.equals(settings.get(PIPELINE))) {
            throw new ConfigException(
                    "The folder '" + folder + "' holds the state of " + owner + "; give this one another with --state");
        }
        OwnFolder.require(folder, RUN, "run", "--state");
    }

    private void clear() throws IOException {
        for (Path file : OwnFolder.list(folder)) {
            delete(file);
        }
    }

    /** Deletes a folder and all in it. */
    public static void delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void write(boolean finished) throws IOException {
        Path file = folder.resolve(RUN);
        Path next = folder.resolve(RUN + ".next");
        try (Writer writer = Files.newBufferedWriter(next)) {
            Properties properties = new Properties();
            properties.putAll(settings);
            properties.setProperty(FINISHED, Boolean.toString(finished));
            properties.store(writer, "The settings of the last run");
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Properties read(Path file) throws IOException {
        Properties properties = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            }
        }
        return properties;
    }
}
