/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The capabilities of a processor that decide how ONNX Runtime computes with 8 and 16 bits on it. Immutable.
 *
 * @param instructions the sets of instructions that matter, in ascending order; empty if they are not known
 * @param products how 8-bit numbers are multiplied
 * @param halfSums whether sums of 16-bit numbers have 16 bits, as in ONNX Runtime's kernels for AArch64; elsewhere they
 *     have 32
 */
record Processor(List<String> instructions, Products products, boolean halfSums) {
    private static final List<String> KNOWN = List.of(
            "sse4_1", "avx", "avx2", "fma", "avx512f", "avx_vnni", "avx512_vnni", "amx_int8", "asimddp", "i8mm");
    private static final Set<String> EXACT = Set.of("avx_vnni", "avx512_vnni", "amx_int8");

    /** How products of 8-bit numbers are summed up. */
    enum Products {
        /** In 32 bits: right for all weights. */
        WIDE("quantised models answer as on other machines"),
        /** Two at a time in 16 bits, which weights beyond 64 can exceed. */
        NARROW(
                "no VNNI, so models quantised without reduce_range answer otherwise than elsewhere; the bundled ones do not"),
        /** Unknown: there is no list of instructions to read. */
        UNKNOWN("whether models quantised without reduce_range answer as elsewhere is not known; the bundled ones do");

        private final String meaning;

        Products(String meaning) {
            this.meaning = meaning;
        }

        /** What that means for models, completing "This processor: ...". */
        String meaning() {
            return meaning;
        }
    }

    /** That of this machine. */
    static Processor here() {
        String description = "";
        try {
            description = Files.readString(Path.of("/proc/cpuinfo"), StandardCharsets.ISO_8859_1);
        } catch (IOException | RuntimeException e) {
            // Not Linux, or unreadable: the processor is unknown.
        }
        return of(System.getProperty("os.arch", ""), description);
    }

    /**
     * That which Linux describes.
     *
     * @param architecture as {@code os.arch} has it
     * @param description the content of {@code /proc/cpuinfo}, empty if there is none
     */
    static Processor of(String architecture, String description) {
        boolean intel = Set.of("amd64", "x86_64").contains(architecture);
        Set<String> flags = description
                .lines()
                .filter(line -> line.startsWith(intel ? "flags" : "Features"))
                .findFirst()
                .map(line -> Set.of(line.substring(line.indexOf(':') + 1).trim().split("\\s+")))
                .orElse(Set.of());
        List<String> found = KNOWN.stream().filter(flags::contains).toList();
        if (!intel) {
            boolean arm = architecture.equals("aarch64");
            return new Processor(found, arm ? Products.WIDE : Products.UNKNOWN, arm);
        }
        if (flags.isEmpty()) {
            return new Processor(found, Products.UNKNOWN, false);
        }
        boolean narrow = found.contains("avx2") && found.stream().noneMatch(EXACT::contains);
        return new Processor(found, narrow ? Products.NARROW : Products.WIDE, false);
    }

    /** A text such as {@code AVX, AVX2, FMA}. */
    @Override
    public String toString() {
        return instructions.isEmpty()
                ? "unknown instructions"
                : String.join(", ", instructions).toUpperCase(Locale.ROOT);
    }
}
