/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import dev.nightjar.ConfigException;
import dev.nightjar.options.Credential;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A repository of the Hugging Face Hub at one revision.
 *
 * @param repository {@code owner/name}
 * @param revision 40 hexadecimal digits
 * @param givenEndpoint null for the endpoint that the process's environment sets, or huggingface.co
 * @param givenToken null for that of the environment, or none
 * @param givenCache null for a directory in the user's home
 */
record HubPlace(
        String repository,
        String revision,
        @Nullable URI givenEndpoint,
        @Nullable Credential givenToken,
        @Nullable String givenCache)
        implements ModelBundle.Place {
    private static final String PUBLIC_ENDPOINT = "https://huggingface.co";
    private static final String TOKEN_VARIABLE = "HF_TOKEN";
    private static final Pattern REPOSITORY =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}");
    private static final Pattern REVISION = Pattern.compile("[0-9a-f]{40}");
    private static final Set<String> YES = Set.of("1", "true", "yes", "on");

    static HubPlace of(String repository, String revision) {
        if (!REPOSITORY.matcher(repository).matches()) {
            throw new ConfigException(
                    "A repository of the Hub is an owner, a slash and a name, not '" + repository + "'");
        }
        if (!REVISION.matcher(revision).matches()) {
            throw new ConfigException("The revision of '" + repository
                    + "' must be the 40 digits of a commit, such as its"
                    + " page shows under 'Files and versions', not '" + revision + "': a branch or tag can move");
        }
        return new HubPlace(repository, revision, null, null, null);
    }

    HubPlace withEndpoint(URI endpoint) {
        return new HubPlace(repository, revision, checked(endpoint), givenToken, givenCache);
    }

    HubPlace withToken(Credential token) {
        return new HubPlace(repository, revision, givenEndpoint, Objects.requireNonNull(token, "token"), givenCache);
    }

    HubPlace withCache(Path directory) {
        return new HubPlace(repository, revision, givenEndpoint, givenToken, absolute(directory));
    }

    URI endpoint() {
        if (givenEndpoint != null) {
            return givenEndpoint;
        }
        String property = System.getProperty("nightjar.hub.endpoint");
        String variable = System.getenv("HF_ENDPOINT");
        String text = property != null ? property : variable != null ? variable : PUBLIC_ENDPOINT;
        try {
            return checked(new URI(text));
        } catch (URISyntaxException e) {
            throw new ConfigException("The endpoint of the Hub is no address: '" + text + "'", e);
        }
    }

    /** The token to fetch with; empty if none is configured. */
    Optional<String> token() {
        if (givenToken != null) {
            return Optional.of(givenToken.resolve());
        }
        String variable = System.getenv(TOKEN_VARIABLE);
        return variable == null || variable.isBlank() ? Optional.empty() : Optional.of(variable.strip());
    }

    /** Where the files of this revision are kept. */
    Path directory() {
        Path cache = givenCache != null
                ? Path.of(givenCache)
                : Path.of(System.getProperty("user.home"), ".cache", "nightjar", "hub");
        return cache.resolve(repository.replace("/", "--")).resolve(revision);
    }

    /** Whether this process is configured to fetch nothing. */
    static boolean isOffline() {
        String variable = System.getenv("HF_HUB_OFFLINE");
        return Boolean.getBoolean("nightjar.hub.offline")
                || (variable != null && YES.contains(variable.strip().toLowerCase(Locale.ROOT)));
    }

    @Override
    public String name() {
        return repository.substring(repository.indexOf('/') + 1);
    }

    @Override
    public FileSource open() {
        return HubSnapshot.open(this);
    }

    static String absolute(Path directory) {
        return directory.toAbsolutePath().normalize().toString();
    }

    /** @throws ConfigException if the address is not one of http or https */
    static URI checked(URI endpoint) {
        String scheme = String.valueOf(endpoint.getScheme()).toLowerCase(Locale.ROOT);
        if (!Set.of("http", "https").contains(scheme) || endpoint.getHost() == null || endpoint.getUserInfo() != null) {
            throw new ConfigException("The endpoint of the Hub is an address of https or http without a user, such as '"
                    + PUBLIC_ENDPOINT + "'");
        }
        return URI.create(endpoint.toString().replaceFirst("/+$", ""));
    }

    @Override
    public String toString() {
        return "hf://" + repository + '@' + revision;
    }
}
