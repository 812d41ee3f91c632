/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import dev.nightjar.ConfigException;
import dev.nightjar.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The three files of a model and those of weights that lie beside it, in memory and checked: each exists, is of the kind that its name says, and has the digest
 * in {@code bundle.sha256}, if the bundle has that file.
 */
final class BundleFiles {
    /**
     * The names under which exporters write a model, best first: the plain export before variants made from it, and
     * among these the 8-bit ones, which run fastest on a CPU, before the 16-bit ones.
     */
    static final List<String> CANDIDATES = List.of(
            "model.onnx",
            "model_optimized.onnx",
            "model_quantized.onnx",
            "model_int8.onnx",
            "model_uint8.onnx",
            "model_qint8_avx512_vnni.onnx",
            "model_qint8_avx512.onnx",
            "model_quint8_avx2.onnx",
            "model_qint8_arm64.onnx",
            "model_fp16.onnx");

    private static final Logger LOG = LoggerFactory.getLogger(BundleFiles.class);
    private static final Pattern DIGEST_LINE = Pattern.compile("([0-9a-fA-F]{64}) [ *](.+)");
    private static final Pattern LFS_DIGEST = Pattern.compile("oid sha256:([0-9a-f]{64})");
    private static final int SNIFFED = 512;

    private final ModelBundle bundle;
    private final FileSource source;
    private final String modelFile;
    private final Map<String, byte[]> contents;
    private final Map<String, String> digests = new TreeMap<>();
    private final Map<String, String> expected;
    private final ExternalWeights weights;

    private BundleFiles(
            ModelBundle bundle,
            FileSource source,
            String modelFile,
            Map<String, byte[]> contents,
            ExternalWeights weights,
            Map<String, String> expected) {
        this.bundle = bundle;
        this.source = source;
        this.modelFile = modelFile;
        this.contents = contents;
        this.expected = expected;
        this.weights = weights;
        contents.forEach((file, bytes) -> digests.put(file, Sha256.of(bytes)));
    }

    /**
     * Reads and checks the files.
     *
     * @param chosen the ONNX file to take, instead of the first of {@link #CANDIDATES}
     * @throws ConfigException if a file is missing, is not what its name says or does not have its digest; it names all
     *     such files
     */
    static BundleFiles read(ModelBundle bundle, Optional<String> chosen) {
        FileSource source = bundle.open();
        Optional<String> missing = source.missing();
        if (missing.isPresent()) {
            throw new ConfigException(missing.get());
        }
        String modelFile = chosen.orElseGet(() -> firstCandidate(bundle, source));
        Map<String, byte[]> contents = new LinkedHashMap<>();
        List<String> faults = new ArrayList<>();
        for (String file : List.of(ModelBundle.CONFIG, ModelBundle.TOKENIZER, modelFile)) {
            readFile(bundle, source, file, faults).ifPresent(bytes -> contents.put(file, bytes));
        }
        ExternalWeights weights = readWeights(bundle, source, modelFile, contents, faults);
        BundleFiles files =
                new BundleFiles(bundle, source, modelFile, contents, weights, expectedDigests(bundle, source, faults));
        files.check(faults);
        if (!faults.isEmpty()) {
            throw new ConfigException(faults);
        }
        return files;
    }

    byte[] model() {
        return content(modelFile);
    }

    /** The model's weights that are not in its file. */
    ExternalWeights weights() {
        return weights;
    }

    byte[] tokenizer() {
        return content(ModelBundle.TOKENIZER);
    }

    byte[] config() {
        return content(ModelBundle.CONFIG);
    }

    /**
     * What config.json says.
     *
     * @throws ConfigException if it is no such file
     */
    ModelConfig parseConfig() {
        try {
            return ModelConfig.parse(config());
        } catch (IOException e) {
            throw fault(ModelBundle.CONFIG, "is not JSON", e);
        } catch (IllegalArgumentException e) {
            throw configFault(e);
        }
    }

    /**
     * What tokenizer.json says.
     *
     * @throws ConfigException if it is not such a file, or that of another model
     */
    TokenizerFile parseTokenizer(ModelConfig config) {
        TokenizerFile tokenizer;
        try {
            tokenizer = TokenizerFile.parse(
                    tokenizer(), config.markIds(), config.vocabularySize().orElse(Integer.MAX_VALUE));
        } catch (IOException e) {
            throw fault(ModelBundle.TOKENIZER, "is not JSON", e);
        } catch (IllegalArgumentException e) {
            throw fault(ModelBundle.TOKENIZER, String.valueOf(e.getMessage()), e);
        }
        if (config.vocabularySize().isPresent()
                && tokenizer.largestId() >= config.vocabularySize().getAsInt()) {
            throw fault(
                    ModelBundle.TOKENIZER,
                    "has the token id " + tokenizer.largestId() + ", but the vocab_size of config.json is "
                            + config.vocabularySize().getAsInt() + "; the files are of different models",
                    null);
        }
        return tokenizer;
    }

    /**
     * An optional file of the bundle; empty if it is missing.
     *
     * @throws ConfigException if it cannot be read, or is not listed where others are
     */
    Optional<byte[]> extra(String file) {
        if (!source.has(file)) {
            return Optional.empty();
        }
        List<String> faults = new ArrayList<>();
        Optional<byte[]> bytes = readFile(bundle, source, file, faults);
        bytes.ifPresent(content -> checkFile(file, content, faults));
        if (!faults.isEmpty()) {
            throw new ConfigException(faults);
        }
        return bytes;
    }

    /** How many files have the digest that is listed for them. */
    int listed() {
        return expected.size();
    }

    /**
     * The SHA-256 of the model as a whole, over the lines that {@code sha256sum} prints for the three files, and
     * those of weights if there are any, in the order of their names. So another tokenizer or other labels make it another model.
     */
    String sha256() {
        StringBuilder lines = new StringBuilder();
        digests.forEach(
                (file, digest) -> lines.append(digest).append("  ").append(file).append('\n'));
        return Sha256.of(lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** A {@link ConfigException} about the ONNX file, with its digest. */
    ConfigException modelFault(String fault, @Nullable Throwable cause) {
        return fault(modelFile, fault, cause);
    }

    /** A {@link ConfigException} about a file, with its digest. */
    ConfigException fault(String file, String fault, @Nullable Throwable cause) {
        String digest = digests.containsKey(file) ? " (SHA-256 " + digests.get(file) + ')' : "";
        return new ConfigException(file + " of '" + bundle + '\'' + digest + ' ' + fault, cause);
    }

    /** A {@link ConfigException} about config.json. */
    ConfigException configFault(IllegalArgumentException fault) {
        return fault(ModelBundle.CONFIG, String.valueOf(fault.getMessage()), fault);
    }

    private byte[] content(String file) {
        byte[] bytes = contents.get(file);
        if (bytes == null) {
            throw new IllegalStateException("Not read: " + file);
        }
        return bytes;
    }

    private static String firstCandidate(ModelBundle bundle, FileSource source) {
        List<String> searched = new ArrayList<>();
        for (String name : CANDIDATES) {
            searched.add(name);
            searched.add("onnx/" + name);
        }
        List<String> found = searched.stream().filter(source::has).toList();
        if (found.isEmpty()) {
            throw new ConfigException("'" + bundle + "' has none of the files " + String.join(", ", CANDIDATES)
                    + ", neither directly nor under onnx/; name its ONNX file with 'model-file'");
        }
        LOG.info(
                "Taking {} of '{}', the first by preference of {}; 'model-file' chooses another",
                found.get(0),
                bundle,
                found);
        return found.get(0);
    }

    /** Reads the files that the model keeps weights in, by their places relative to it. */
    private static ExternalWeights readWeights(
            ModelBundle bundle,
            FileSource source,
            String modelFile,
            Map<String, byte[]> contents,
            List<String> faults) {
        byte[] model = contents.get(modelFile);
        List<ExternalWeights.Tensor> tensors = model == null ? List.of() : OnnxOperators.external(model);
        String folder = modelFile.substring(0, modelFile.lastIndexOf('/') + 1);
        Map<String, byte[]> files = new TreeMap<>();
        for (String location : new LinkedHashSet<>(
                tensors.stream().map(ExternalWeights.Tensor::location).toList())) {
            String file = folder + location.replaceFirst("^(\\./)+", "");
            if (!isInside(file)) {
                faults.add(modelFile + " of '" + bundle + "' keeps weights in '" + location
                        + "', which is not a file beside it; export it again");
            } else if (!source.has(file)) {
                faults.add(file + " is missing from '" + bundle + "': " + modelFile + " keeps its weights in it");
            } else {
                readFile(bundle, source, file, faults).ifPresent(bytes -> {
                    contents.put(file, bytes);
                    files.put(location, bytes);
                });
            }
        }
        return new ExternalWeights(tensors, files);
    }

    private static Optional<byte[]> readFile(ModelBundle bundle, FileSource source, String file, List<String> faults) {
        try {
            Optional<byte[]> bytes = source.read(file);
            if (bytes.isEmpty()) {
                faults.add(missing(bundle.toString(), source, file));
            }
            return bytes;
        } catch (IOException e) {
            faults.add(file + " of '" + bundle + "' cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    static String missing(String bundle, FileSource source, String file) {
        String hint = file.equals(ModelBundle.TOKENIZER) ? OldTokenizer.hint(bundle, source) : "";
        return file + " is missing from '" + bundle + "'" + hint;
    }

    private void check(List<String> faults) {
        contents.forEach((file, bytes) -> checkFile(file, bytes, faults));
        expected.forEach((file, listed) -> {
            if (!contents.containsKey(file) && !isRequired(file)) {
                readFile(bundle, source, file, faults)
                        .map(Sha256::of)
                        .filter(actual -> !actual.equals(listed))
                        .ifPresent(actual -> faults.add(damaged(file, actual, listed)));
            }
        });
    }

    private void checkFile(String file, byte[] bytes, List<String> faults) {
        String known = digests.get(file);
        String actual = known == null ? Sha256.of(bytes) : known;
        String listed = expected.get(file);
        String disguise = disguise(bytes);
        if (!disguise.isEmpty()) {
            String wanted = listed != null ? listed : digestOfLfsPointer(beginning(bytes));
            faults.add(file + " of '" + bundle + "' is " + disguise + " (SHA-256 " + actual
                    + (wanted == null ? "" : ", expected " + wanted) + ')');
        } else if (listed == null && !expected.isEmpty()) {
            faults.add(file + " of '" + bundle + "' has SHA-256 " + actual + ", but " + ModelBundle.DIGESTS
                    + " does not list it; only listed files are loaded");
        } else if (listed != null && !listed.equals(actual)) {
            faults.add(damaged(file, actual, listed));
        }
    }

    /** Files whose absence is reported already. */
    private boolean isRequired(String file) {
        return file.equals(modelFile) || file.equals(ModelBundle.TOKENIZER) || file.equals(ModelBundle.CONFIG);
    }

    private String damaged(String file, String actual, String expected) {
        return file + " of '" + bundle + "' is damaged: its SHA-256 is " + actual + ", expected " + expected
                + "; get the file again";
    }

    private static String beginning(byte[] bytes) {
        return new String(bytes, 0, Math.min(bytes.length, SNIFFED), StandardCharsets.UTF_8);
    }

    /** What a file really is if its name is wrong; empty if nothing looks wrong. */
    static String disguise(byte[] bytes) {
        String beginning = beginning(bytes);
        if (beginning.isEmpty()) {
            return "empty; get the file again";
        }
        if (beginning.startsWith("version https://git-lfs.github.com/")) {
            return "a Git LFS pointer, not the file itself; run 'git lfs pull'";
        }
        String head = beginning.stripLeading().toLowerCase(Locale.ROOT);
        return head.startsWith("<!doctype html") || head.startsWith("<html")
                ? "an HTML page, not the file itself; get the file again"
                : "";
    }

    private static @Nullable String digestOfLfsPointer(String pointer) {
        Matcher matcher = LFS_DIGEST.matcher(pointer);
        return matcher.find() ? matcher.group(1) : null;
    }

    private static Map<String, String> expectedDigests(ModelBundle bundle, FileSource source, List<String> faults) {
        Map<String, String> expected = new TreeMap<>();
        if (!source.has(ModelBundle.DIGESTS)) {
            return expected;
        }
        String text = readFile(bundle, source, ModelBundle.DIGESTS, faults)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("");
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            Matcher matcher = DIGEST_LINE.matcher(line);
            if (!matcher.matches() || !isInside(matcher.group(2))) {
                faults.add("Line " + number + " of " + ModelBundle.DIGESTS + " of '" + bundle
                        + "' is not a SHA-256, two spaces and a file inside the bundle, as sha256sum writes it");
                return expected;
            }
            expected.put(matcher.group(2), matcher.group(1).toLowerCase(Locale.ROOT));
        }
        if (expected.isEmpty()) {
            faults.add(ModelBundle.DIGESTS + " of '" + bundle + "' lists no file");
        }
        return expected;
    }

    /** Whether a file's name stays inside the bundle. */
    static boolean isInside(String file) {
        return !file.startsWith("/")
                && !file.contains("\\")
                && !file.contains(":")
                && !List.of(file.split("/", -1)).stream()
                        .anyMatch(part -> part.isEmpty() || part.equals("..") || part.equals("."));
    }
}
