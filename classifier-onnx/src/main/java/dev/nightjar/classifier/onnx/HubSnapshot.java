/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.nightjar.ConfigException;
import dev.nightjar.FatalException;
import dev.nightjar.RetriableException;
import dev.nightjar.Sha256;
import dev.nightjar.json.JsonReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a repository at one revision, in the cache or fetched into it. The Hub's list of them, with their
 * digests, is kept too, so a model that was opened once can be opened again without a network. A file gets its name
 * only when it is whole and has its digest; one that has lost it in the cache is fetched again.
 */
final class HubSnapshot implements FileSource {
    private static final Logger LOG = LoggerFactory.getLogger(HubSnapshot.class);
    /** What the list is called in messages. */
    static final String LIST = "the list of files";

    private static final String PART = ".part";

    /** One process locks the cache by its file; its threads lock each other out by this. */
    private static final Object THIS_PROCESS = new Object();

    private final HubPlace place;
    private final Path directory;
    private final Map<String, Entry> entries;
    private @Nullable HubClient client;

    private HubSnapshot(HubPlace place, Path directory, Map<String, Entry> entries, @Nullable HubClient client) {
        this.place = place;
        this.directory = directory;
        this.entries = entries;
        this.client = client;
    }

    /**
     * Reads the list of files, or fetches it.
     *
     * @throws FatalException if the Hub refuses to give it, or this process must fetch nothing
     * @throws RetriableException if the Hub does not answer
     */
    static HubSnapshot open(HubPlace place) {
        Path directory = place.directory();
        Path list = directory.resolveSibling(place.revision() + ".json");
        synchronized (THIS_PROCESS) {
            try {
                if (Files.isRegularFile(list)) {
                    return new HubSnapshot(place, directory, parse(place, Files.readAllBytes(list)), null);
                }
                HubClient client = connect(place, LIST);
                byte[] fetched = client.list();
                Map<String, Entry> entries = parse(place, fetched);
                Files.createDirectories(directory);
                Path part = directory.resolveSibling(
                        place.revision() + "." + ProcessHandle.current().pid() + PART);
                Files.write(part, fetched);
                Files.move(part, list, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                return new HubSnapshot(place, directory, entries, client);
            } catch (IOException e) {
                throw new ConfigException("The cache '" + directory + "' of '" + place + "' cannot be used: " + e, e);
            }
        }
    }

    /** Checked before anything is fetched: a repository without one of the small files has no model. */
    @Override
    public Optional<String> missing() {
        return Stream.of(ModelBundle.CONFIG, ModelBundle.TOKENIZER)
                .filter(file -> !has(file))
                .map(file -> BundleFiles.missing(place.toString(), this, file))
                .findFirst();
    }

    @Override
    public boolean has(String file) {
        return entries.containsKey(file);
    }

    @Override
    @SuppressWarnings("try") // the lock is held, not used
    public Optional<byte[]> read(String file) throws IOException {
        Entry entry = entries.get(file);
        if (entry == null) {
            return Optional.empty();
        }
        FileSource.requireReadable(entry.size);
        Path path = directory.resolve(file);
        synchronized (THIS_PROCESS) {
            Optional<byte[]> cached = cached(path, entry);
            if (cached.isPresent()) {
                return cached;
            }
            HubClient source = client == null ? connect(place, file) : client;
            client = source;
            Files.createDirectories(path.getParent());
            Path lock = directory.resolveSibling(place.revision() + ".lock");
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = channel.lock()) {
                cached = cached(path, entry); // another process may have fetched it meanwhile
                return cached.isPresent() ? cached : Optional.of(fetch(source, file, path, entry));
            }
        }
    }

    private byte[] fetch(HubClient source, String file, Path path, Entry entry) throws IOException {
        Path part = path.resolveSibling(path.getFileName() + PART);
        boolean resumed = Files.exists(part) && Files.size(part) > 0;
        LOG.info("{} {} of '{}' from {}", resumed ? "Resuming" : "Fetching", file, place, place.endpoint());
        source.download(file, part, entry.size);
        byte[] bytes = Files.readAllBytes(part);
        String fault = entry.fault(bytes);
        if (!fault.isEmpty() && resumed) { // what was there already may have been the fault
            Files.delete(part);
            source.download(file, part, entry.size);
            bytes = Files.readAllBytes(part);
            fault = entry.fault(bytes);
        }
        if (!fault.isEmpty()) {
            Files.delete(part);
            throw new ConfigException(
                    file + " of '" + place + "' is damaged as " + place.endpoint() + " gives it: " + fault);
        }
        Files.move(part, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return bytes;
    }

    private Optional<byte[]> cached(Path path, Entry entry) throws IOException {
        if (!Files.isRegularFile(path)) {
            return Optional.empty();
        }
        byte[] bytes = Files.readAllBytes(path);
        String fault = entry.fault(bytes);
        if (fault.isEmpty()) {
            return Optional.of(bytes);
        }
        if (HubPlace.isOffline()) {
            throw new ConfigException("'" + path + "' is damaged in the cache and nothing may be fetched: " + fault);
        }
        LOG.warn("'{}' is damaged in the cache and is fetched again: {}", path, fault);
        return Optional.empty();
    }

    private static HubClient connect(HubPlace place, String wanted) {
        if (HubPlace.isOffline()) {
            throw new ConfigException("'" + place + "' lacks " + wanted + " in the cache '" + place.directory()
                    + "', and HF_HUB_OFFLINE or nightjar.hub.offline forbids to fetch it; open it once where it may be"
                    + " fetched");
        }
        return new HubClient(place, HubClient.SILENCE);
    }

    /** The files by name, of the answer of {@code /api/models/owner/name/revision/...?blobs=true}. */
    private static Map<String, Entry> parse(HubPlace place, byte[] json) {
        Map<String, Entry> entries = new TreeMap<>();
        String revision = place.revision();
        try (JsonParser parser = JsonReader.parser(json)) {
            boolean isObject = parser.nextToken() == JsonToken.START_OBJECT;
            while (isObject && parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                JsonToken value = parser.nextToken();
                if (key.equals("siblings") && value == JsonToken.START_ARRAY) {
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        parseEntry(parser).ifPresent(entry -> entries.put(entry.file, entry));
                    }
                } else if (key.equals("sha")) {
                    revision = parser.getValueAsString("");
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new ConfigException(
                    "The list of files of '" + place + "' is not JSON; is " + place.endpoint()
                            + " a Hub? If the list in the cache is damaged, delete '" + place.directory() + ".json'",
                    e);
        }
        if (!revision.equals(place.revision())) {
            throw new ConfigException("The Hub gave the revision '" + revision + "' of '" + place + "'");
        }
        if (entries.isEmpty()) {
            throw new ConfigException("'" + place + "' has no files at " + place.endpoint());
        }
        return entries;
    }

    private static Optional<Entry> parseEntry(JsonParser parser) throws IOException {
        String file = "";
        long size = -1;
        String sha256 = "";
        String gitSha1 = "";
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (key) {
                case "rfilename" -> file = parser.getValueAsString("");
                case "size" -> size = parser.getValueAsLong(-1);
                case "blobId" -> gitSha1 = parser.getValueAsString("");
                case "lfs" -> {
                    while (value == JsonToken.START_OBJECT && parser.nextToken() != JsonToken.END_OBJECT) {
                        String lfsKey = parser.currentName();
                        parser.nextToken();
                        if (lfsKey.equals("sha256")) {
                            sha256 = parser.getValueAsString("");
                        }
                        parser.skipChildren();
                    }
                }
                default -> parser.skipChildren();
            }
        }
        // No name leaves the cache's directory, and none can be confused with a file that is being fetched.
        return BundleFiles.isInside(file) && !file.endsWith(PART)
                ? Optional.of(new Entry(file, size, sha256, gitSha1))
                : Optional.empty();
    }

    /** What Git names a file's content by. */
    static String gitDigest(byte[] bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            digest.update(("blob " + bytes.length + '\0').getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-1", e);
        }
    }

    /**
     * A file of the list.
     *
     * @param size negative if the list does not tell
     * @param sha256 of a large file; empty for others
     * @param gitSha1 of a small file; of a large file it is that of its pointer
     */
    private record Entry(String file, long size, String sha256, String gitSha1) {
        /** What is wrong with the file's content; empty if it is right. */
        String fault(byte[] bytes) {
            String disguise = BundleFiles.disguise(bytes);
            if (!sha256.isEmpty()) {
                String actual = Sha256.of(bytes);
                return actual.equals(sha256)
                        ? ""
                        : "its SHA-256 is " + actual + ", expected " + sha256 + (disguise.isEmpty() ? "" : "; it is ")
                                + disguise;
            }
            if (!gitSha1.isEmpty()) {
                String actual = gitDigest(bytes);
                return actual.equals(gitSha1) ? "" : "its Git SHA-1 is " + actual + ", expected " + gitSha1;
            }
            return "the Hub's list has no digest to check it by";
        }
    }
}
