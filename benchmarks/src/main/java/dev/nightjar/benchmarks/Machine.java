/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.sun.management.OperatingSystemMXBean;
import dev.nightjar.classifier.onnx.OnnxModels;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Where, when and with what a run was made; kept in a file beside its results. */
final class Machine {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    private static final int MOST_QUEUED = 8;
    private static final double GIB = 1 << 30;

    private final Map<String, Object> facts = new LinkedHashMap<>();

    private Machine() {}

    static Machine here(String plan) {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        Machine machine = new Machine();
        machine.facts.put("began", now());
        machine.facts.put("processor", processor());
        machine.facts.put("runtime and features", OnnxModels.platform());
        machine.facts.put("cores", system.getAvailableProcessors());
        machine.facts.put("memory in GiB", Math.round(system.getTotalMemorySize() / GIB));
        machine.facts.put("system", system.getName() + ' ' + system.getVersion() + ' ' + system.getArch());
        machine.facts.put("java", System.getProperty("java.vm.name") + ' ' + System.getProperty("java.vm.version"));
        machine.facts.put("versions", versions());
        machine.facts.put("seed", SyntheticTexts.SEED);
        machine.facts.put("plan", plan);
        machine.facts.put("load when it began", load());
        return machine;
    }

    /** The file beside some results. */
    static Path beside(Path results) {
        return results.resolveSibling(results.getFileName().toString().replaceFirst("\\.json$", "") + ".machine.json");
    }

    void write(Path results) throws IOException {
        facts.put("ended", now());
        facts.put("load when it ended", load());
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(beside(results).toFile(), facts);
    }

    /** How many times as long as alone something takes here at the moment, at most 8. */
    static int queue() {
        return (int)
                Math.max(1, Math.min(MOST_QUEUED, load() / Runtime.getRuntime().availableProcessors()));
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** How many processes want a processor, on the average of the last minute: more than cores, and the clock tells little. */
    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static String processor() {
        try {
            return Files.readAllLines(PROCESSORS).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElseGet(() -> System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }

    private static Map<String, String> versions() {
        Properties properties = new Properties();
        try (InputStream in = Machine.class.getResourceAsStream("versions.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> versions = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> versions.put(name, properties.getProperty(name)));
        return versions;
    }
}
