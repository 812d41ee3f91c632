/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command.pipeline;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The HBase cluster of sink-hbase's tests, in processes of its own, whose class path this module does without. */
final class MiniHBase implements AutoCloseable {
    private static final Path MODULE = Path.of("../../sink-hbase/target").toAbsolutePath();

    private final Process process;
    private final String quorum;

    private MiniHBase(Process process, String quorum) {
        this.process = process;
        this.quorum = quorum;
    }

    /** Starts one; it takes half a minute. */
    static MiniHBase start(Path folder) throws IOException {
        String cluster = "";
        List<String> classPath = new ArrayList<>();
        classPath.add(MODULE.resolve("test-classes").toString());
        classPath.add(MODULE.resolve("classes").toString());
        for (String entry : Files.readString(MODULE.resolve("mini-cluster-classpath.txt"))
                .strip()
                .split(File.pathSeparator)) {
            if (entry.contains("hbase-shaded-testing-util")) {
                cluster = entry;
            } else {
                classPath.add(entry);
            }
        }
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Dnightjar.mini-cluster.jar=" + cluster,
                        "-cp",
                        String.join(File.pathSeparator, classPath),
                        "dev.nightjar.sink.hbase.MiniCluster")
                .directory(folder.toFile())
                .redirectError(folder.resolve("hbase.log").toFile())
                .start();
        String quorum = process.inputReader().readLine();
        if (quorum == null) {
            throw new IOException("No HBase:\n" + Files.readString(folder.resolve("hbase.log")));
        }
        return new MiniHBase(process, quorum);
    }

    String quorum() {
        return quorum;
    }

    @Override
    public void close() throws IOException {
        process.outputWriter().close();
        process.destroy();
    }
}
