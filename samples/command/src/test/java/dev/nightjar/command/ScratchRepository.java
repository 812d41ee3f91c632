/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.maven.repository.internal.MavenRepositorySystemUtils;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.eclipse.aether.RepositoryException;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.installation.InstallRequest;
import org.eclipse.aether.repository.LocalRepository;
import org.eclipse.aether.supplier.RepositorySystemSupplier;

/** A local repository with artifacts of this build, as {@code install} makes it. */
public final class ScratchRepository {
    private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();

    private ScratchRepository() {}

    /** An empty folder in {@code target}, which stays after the test, so that one can look at it. */
    public static Path folder(String name) throws IOException {
        Path folder = Path.of("target", name).toAbsolutePath();
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        return Files.createDirectories(folder);
    }

    /**
     * Installs modules, and makes a file of settings for Spark's {@code --packages} that finds them and, in the
     * repository of this build, what they depend on.
     *
     * @param folder for the repository and the file
     * @param modules their folders, besides those of the parent and the BOM
     */
    public static Path ivySettings(Path folder, List<String> modules) throws IOException, RepositoryException {
        Path repository = folder.resolve("repository");
        install(
                repository,
                Stream.concat(Stream.of("", "core/bom"), modules.stream()).toList());
        return Files.writeString(
                folder.resolve("ivy.xml"),
                Stream.of(repository, Path.of(System.getProperty("localRepository")))
                        .map(place ->
                                "<ibiblio name='" + place + "' m2compatible='true' root='" + place.toUri() + "'/>")
                        .collect(Collectors.joining(
                                "",
                                "<ivysettings><settings defaultResolver='here'/><resolvers><chain name='here'>",
                                "</chain></resolvers></ivysettings>")));
    }

    /**
     * Installs modules.
     *
     * @param modules their folders; the empty one is the parent's
     */
    public static void install(Path repository, List<String> modules) throws IOException, RepositoryException {
        RepositorySystem system = new RepositorySystemSupplier().get();
        try {
            DefaultRepositorySystemSession session = MavenRepositorySystemUtils.newSession();
            session.setLocalRepositoryManager(
                    system.newLocalRepositoryManager(session, new LocalRepository(repository.toFile())));
            InstallRequest request = new InstallRequest();
            for (String module : modules) {
                artifacts(module).forEach(request::addArtifact);
            }
            system.install(session, request);
        } finally {
            system.shutdown();
        }
    }

    /** The POM of a module and its jars, but for those of sources and documentation. */
    private static Stream<Artifact> artifacts(String module) throws IOException {
        Path folder = ROOT.resolve(module);
        String pom = Files.readString(folder.resolve("pom.xml"));
        String name = between(pom.replaceFirst("(?s)<parent>.*?</parent>", ""), "<artifactId>", "</artifactId>");
        String version = between(pom, "<version>", "</version>");
        String prefix = name + '-' + version;
        Artifact main = new DefaultArtifact("dev.nightjar", name, "pom", version)
                .setFile(folder.resolve("pom.xml").toFile());
        if (pom.contains("<packaging>pom</packaging>")) {
            return Stream.of(main);
        }
        try (Stream<Path> files = Files.list(folder.resolve("target"))) {
            List<Artifact> jars = files.filter(
                            file -> file.getFileName().toString().matches(prefix + "(-[a-z]+)?\\.jar"))
                    .filter(file -> !file.toString().matches(".*-(sources|javadoc)\\.jar"))
                    .map(file -> jar(file, name, version))
                    .toList();
            assertThat(jars).as("jars of %s", module).isNotEmpty();
            return Stream.concat(Stream.of(main), jars.stream());
        }
    }

    private static Artifact jar(Path file, String name, String version) {
        String classifier = between(file.getFileName().toString(), name + '-' + version, ".jar");
        return new DefaultArtifact(
                        "dev.nightjar", name, classifier.isEmpty() ? "" : classifier.substring(1), "jar", version)
                .setFile(file.toFile());
    }

    private static String between(String text, String before, String after) {
        int start = text.indexOf(before) + before.length();
        return text.substring(start, text.indexOf(after, start));
    }
}
