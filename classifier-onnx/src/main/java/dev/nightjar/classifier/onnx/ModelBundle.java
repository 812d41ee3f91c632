/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import dev.nightjar.ConfigException;
import dev.nightjar.io.ClassPath;
import dev.nightjar.options.Credential;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of a model lie: {@code config.json}, {@code tokenizer.json} and the ONNX file, as a Hugging Face
 * export leaves them, and optionally {@code bundle.sha256} with their digests and {@code parity.jsonl} with examples. A
 * bundle is a name for that place; whether the files are there and are sound is found when a classifier is opened, or
 * by {@link #verify()}.
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class ModelBundle implements Serializable {
    private static final long serialVersionUID = 1L;
    static final String CONFIG = "config.json";
    static final String TOKENIZER = "tokenizer.json";
    static final String DIGESTS = "bundle.sha256";
    static final String PARITY = "parity.jsonl";
    private static final String BUNDLED = "dev/nightjar/models/";
    private static final String CLASS_PATH_SCHEME = "classpath:";
    private static final String HUB_SCHEME = "hf://";
    private static final Pattern HUB = Pattern.compile("hf://([^@]*)@(.*)");

    private final Place place;

    ModelBundle(Place place) {
        this.place = place;
    }

    /** A directory, such as {@code optimum-cli export onnx} writes; a relative path is made absolute here. */
    public static ModelBundle directory(Path directory) {
        return new ModelBundle(
                new Directory(directory.toAbsolutePath().normalize().toString()));
    }

    /**
     * Resources on the class path, found by the thread's context class loader or else by that of Nightjar.
     *
     * @param prefix the path before the files' names: {@code com/example/models/irony}
     */
    public static ModelBundle resources(String prefix) {
        String stripped = prefix.replaceFirst("^/+", "").replaceFirst("/+$", "");
        if (stripped.isBlank()) {
            throw new ConfigException(
                    "The resources of a model need a path on the class path, such as 'com/example/irony'");
        }
        return new ModelBundle(new Resources(stripped));
    }

    /**
     * A repository of the Hugging Face Hub at one revision. Only this makes Nightjar use a network: files missing from
     * the cache are fetched when the model is opened, checked against the Hub's digests, and from then on read from the
     * cache without a request. Nothing is fetched while the environment variable {@code HF_HUB_OFFLINE} or the system
     * property {@code nightjar.hub.offline} is set.
     *
     * @param repository {@code owner/name}
     * @param revision the 40 digits of a commit, so that the model cannot change; a branch or tag is refused
     * @throws ConfigException if either has another form
     */
    public static ModelBundle hub(String repository, String revision) {
        return new ModelBundle(HubPlace.of(repository, revision));
    }

    boolean isBundled() {
        return place instanceof Resources resources && resources.bundled().isPresent();
    }

    /** A model that Nightjar brings, by its name: see {@link OnnxModels}. */
    static ModelBundle bundled(String name) {
        return resources(BUNDLED + name);
    }

    /**
     * Reads what a user writes: the name of a bundled model ({@code emotion}), {@code classpath:} and a prefix,
     * {@code hf://owner/name@revision}, or a directory. For a directory of the name of such a model write
     * {@code ./emotion}.
     *
     * @throws ConfigException if the text is blank or no path, or the repository or revision of the Hub has no such
     *     form
     */
    public static ModelBundle parse(String text) {
        if (text.isBlank()) {
            throw new ConfigException("A model is the name of a bundled model, '" + CLASS_PATH_SCHEME
                    + "' and a prefix, '" + HUB_SCHEME + "owner/name@revision', or a directory");
        }
        if (OnnxModels.names().contains(text)) {
            return bundled(text);
        }
        if (text.startsWith(CLASS_PATH_SCHEME)) {
            return resources(text.substring(CLASS_PATH_SCHEME.length()));
        }
        if (text.startsWith(HUB_SCHEME)) {
            Matcher matcher = HUB.matcher(text);
            return matcher.matches()
                    ? hub(matcher.group(1), matcher.group(2))
                    : hub(text.substring(HUB_SCHEME.length()), "");
        }
        try {
            return directory(Path.of(text));
        } catch (InvalidPathException e) {
            throw new ConfigException("A model is not a directory on this system: " + e.getReason(), e);
        }
    }

    /**
     * The same model of the Hub, fetched from another server that speaks as the Hub does. Unless it is set, the system
     * property {@code nightjar.hub.endpoint}, the environment variable {@code HF_ENDPOINT}, or
     * {@code https://huggingface.co}.
     *
     * @throws ConfigException if this is not a model of the Hub, or the address is not an http or https address
     */
    public ModelBundle hubEndpoint(URI endpoint) {
        return new ModelBundle(hubPlace().withEndpoint(endpoint));
    }

    /**
     * The same model of the Hub, fetched with this token, which is sent to the endpoint alone. Unless it is set, that
     * of the environment variable {@code HF_TOKEN}, or none.
     *
     * @throws ConfigException if this is no model of the Hub
     */
    public ModelBundle hubToken(Credential token) {
        return new ModelBundle(hubPlace().withToken(token));
    }

    /**
     * The same model of the Hub, kept in another directory than {@code .cache/nightjar/hub} of the user's home.
     *
     * @throws ConfigException if this is no model of the Hub
     */
    public ModelBundle hubCache(Path directory) {
        return new ModelBundle(hubPlace().withCache(directory));
    }

    /** The last part of the place's name, which is the model's name unless another is given. */
    public String name() {
        String last = place.name();
        return last.isEmpty() ? "model" : last;
    }

    /**
     * Checks the files, opens them as a classifier (or, if they do not make one, as an embedder), and computes the
     * examples in {@code parity.jsonl} if there are any: one line per text, with the token ids and logits of the
     * original model.
     *
     * @return what was checked
     * @throws ConfigException if a file is missing or damaged, the files do not make a model, or an example gives
     *     another result; it names the first such example with the expected and the actual result
     * @throws dev.nightjar.RetriableException if the files must be fetched first and the Hub does not answer
     */
    public Verification verify() {
        return Parity.verify(OnnxClassifierConfig.builder(this).build());
    }

    /** The files, which are fetched first if they are elsewhere. */
    FileSource open() {
        return place.open();
    }

    /** The place, if it is the Hub. */
    Optional<HubPlace> hub() {
        return place instanceof HubPlace hub ? Optional.of(hub) : Optional.empty();
    }

    /** Why settings of the Hub are refused. */
    String notOfTheHub() {
        return "'" + this + "' is not a model of the Hub; give 'model' as '" + HUB_SCHEME
                + "owner/name@' and the 40 digits of a commit";
    }

    private HubPlace hubPlace() {
        return hub().orElseThrow(() -> new ConfigException(notOfTheHub()));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ModelBundle that && place.equals(that.place);
    }

    @Override
    public int hashCode() {
        return Objects.hash(place);
    }

    /** The place, in a form that {@link #parse} reads. */
    @Override
    public String toString() {
        return place.toString();
    }

    /**
     * What {@link #verify()} found to be right.
     *
     * @param sha256 the digest of the model, whose first digits are in its answers' {@code model}
     * @param files how many files have the digest that {@code bundle.sha256} lists; 0 without that file
     * @param texts how many examples came out as expected; 0 without {@code parity.jsonl}
     * @param largestDifference of a number from the expected one, or that part of the expected one if it is over 1
     * @param tolerance the largest difference that would have been allowed: {@code nightjar.parity_tolerance} of
     *     {@code config.json}; if absent, 0.001, or 0.01 for answers in 16 bits (0.1 on AArch64, which sums them in 16
     *     bits), or 0.25 for dynamically quantised models
     * @param batches which texts the model is given at once, in words: {@code texts of similar length, padded on the
     *     right}
     * @since 0.1.0
     */
    public record Verification(
            String sha256, int files, int texts, double largestDifference, double tolerance, String batches) {}

    /** A kind of place. */
    interface Place extends Serializable {
        String name();

        FileSource open();
    }

    private record Directory(String location) implements Place, FileSource {
        @Override
        public String name() {
            return location.substring(location.lastIndexOf(File.separatorChar) + 1);
        }

        @Override
        public FileSource open() {
            return this;
        }

        @Override
        public Optional<String> missing() {
            return Files.isDirectory(Path.of(location))
                    ? Optional.empty()
                    : Optional.of("The model directory '" + location + "' does not exist");
        }

        @Override
        public boolean has(String file) {
            return Files.isRegularFile(Path.of(location, file));
        }

        @Override
        public Optional<byte[]> read(String file) throws IOException {
            Path path = Path.of(location, file);
            if (!Files.isRegularFile(path)) {
                return Optional.empty();
            }
            FileSource.requireReadable(Files.size(path));
            return Optional.of(Files.readAllBytes(path));
        }

        @Override
        public String toString() {
            return location;
        }
    }

    private record Resources(String location) implements Place, FileSource {
        @Override
        public String name() {
            return bundled().orElseGet(() -> location.substring(location.lastIndexOf('/') + 1));
        }

        private Optional<String> bundled() {
            return OnnxModels.names().stream()
                    .filter(name -> location.equals(BUNDLED + name))
                    .findFirst();
        }

        @Override
        public FileSource open() {
            return this;
        }

        @Override
        public Optional<String> missing() {
            if (has(CONFIG)) {
                return Optional.empty();
            }
            return Optional.of(bundled()
                    .map(OnnxModels::howToAdd)
                    .orElseGet(() -> "The class path has no '" + location + '/' + CONFIG + "'"));
        }

        @Override
        public boolean has(String file) {
            return ClassPath.has(location + '/' + file, ModelBundle.class);
        }

        @Override
        public Optional<byte[]> read(String file) throws IOException {
            return ClassPath.read(location + '/' + file, ModelBundle.class);
        }

        @Override
        public String toString() {
            return CLASS_PATH_SCHEME + location;
        }
    }
}
