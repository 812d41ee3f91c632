/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.maven.model.Model;
import org.apache.maven.model.io.xpp3.MavenXpp3Reader;
import org.apache.maven.repository.internal.MavenRepositorySystemUtils;
import org.codehaus.plexus.util.xml.pull.XmlPullParserException;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.eclipse.aether.RepositoryException;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.graph.DependencyNode;
import org.eclipse.aether.repository.LocalRepository;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.repository.WorkspaceReader;
import org.eclipse.aether.repository.WorkspaceRepository;
import org.eclipse.aether.supplier.RepositorySystemSupplier;
import org.eclipse.aether.util.graph.visitor.PreorderNodeListGenerator;
import org.eclipse.aether.util.repository.SimpleArtifactDescriptorPolicy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a published module puts on its user's class path is what its {@code runtime-dependencies.txt} says.
 *
 * <p>The user is a project that depends on the module and on nothing else. It sees our poms without the reactor's
 * dependency management, which Maven applies only to our own builds: a version that is raised there but not declared in
 * the module fails here. Versions are part of the list, so that a bump is a line in a diff.
 */
class RuntimeClassPathTest {
    private static final String WRITE = "runtime-dependencies";
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Model PARENT = model(ROOT);

    /** The models of all modules by their artifacts' names. */
    private static final Map<String, Model> MODULES = Stream.concat(Stream.of(""), PARENT.getModules().stream())
            .map(module -> model(ROOT.resolve(module)))
            .collect(Collectors.toMap(Model::getArtifactId, model -> model));

    static Stream<String> publishedModules() {
        return MODULES.values().stream()
                .filter(model -> model.getPackaging().equals("jar"))
                .filter(model -> !Boolean.parseBoolean(model.getProperties().getProperty("unpublished")))
                .map(Model::getArtifactId)
                .sorted();
    }

    @ParameterizedTest
    @MethodSource("publishedModules")
    void aModuleBringsWhatItsListSays(String module) throws Exception {
        Path list = MODULES.get(module).getProjectDirectory().toPath().resolve("runtime-dependencies.txt");
        SortedSet<String> resolved = resolve(module);
        if ("write".equals(System.getProperty(WRITE))) {
            Files.writeString(list, String.join("\n", resolved) + "\n");
        }

        SortedSet<String> listed = new TreeSet<>(Files.exists(list) ? Files.readAllLines(list) : List.of());

        assertThat(difference(listed, resolved))
                .as("""
                        The runtime class path of %s is not the one in %s (- listed, \
                        + resolved). If the change is meant, commit the list that this writes:
                        ./mvnw -pl samples/command -am test -Dtest=RuntimeClassPathTest \
                        -Dsurefire.failIfNoSpecifiedTests=false -D%s=write
                        """, module, ROOT.relativize(list), WRITE)
                .isEmpty();
    }

    private static List<String> difference(SortedSet<String> listed, SortedSet<String> resolved) {
        Stream<String> gone =
                listed.stream().filter(line -> !resolved.contains(line)).map(line -> "- " + line);
        Stream<String> added =
                resolved.stream().filter(line -> !listed.contains(line)).map(line -> "+ " + line);
        return Stream.concat(gone, added).toList();
    }

    private static SortedSet<String> resolve(String module) throws RepositoryException {
        RepositorySystem system = new RepositorySystemSupplier().get();
        try {
            Artifact artifact = new DefaultArtifact(PARENT.getGroupId(), module, "jar", PARENT.getVersion());
            CollectRequest request = new CollectRequest()
                    .addDependency(new Dependency(artifact, "runtime"))
                    .addRepository(
                            new RemoteRepository.Builder("central", "default", "https://repo.maven.apache.org/maven2")
                                    .build());
            DependencyNode root =
                    system.collectDependencies(session(system), request).getRoot();
            PreorderNodeListGenerator nodes = new PreorderNodeListGenerator();
            root.accept(nodes);
            SortedSet<String> lines = new TreeSet<>();
            nodes.getArtifacts(true).stream()
                    .filter(found -> !found.getArtifactId().equals(artifact.getArtifactId()))
                    .map(RuntimeClassPathTest::line)
                    .forEach(lines::add);
            return lines;
        } finally {
            system.shutdown();
        }
    }

    private static String line(Artifact artifact) {
        String name = artifact.getGroupId() + ":" + artifact.getArtifactId();
        if (!artifact.getClassifier().isEmpty()) {
            name += ":" + artifact.getClassifier();
        }

        return artifact.getGroupId().equals(PARENT.getGroupId()) ? name : name + ":" + artifact.getVersion();
    }

    private static DefaultRepositorySystemSession session(RepositorySystem system) {
        DefaultRepositorySystemSession session = MavenRepositorySystemUtils.newSession();
        // Surefire sets it. The simple manager takes what lies there, whichever mirror it came through.
        String local = System.getProperty("localRepository", System.getProperty("user.home") + "/.m2/repository");
        session.setLocalRepositoryManager(
                system.newLocalRepositoryManager(session, new LocalRepository(new File(local), "simple")));
        // Poms switch profiles by the Java version.
        session.setSystemProperties(System.getProperties());
        session.setIgnoreArtifactDescriptorRepositories(true);
        // The default passes over an unreadable pom, and with it all that it would bring.
        session.setArtifactDescriptorPolicy(new SimpleArtifactDescriptorPolicy(false, false));
        session.setWorkspaceReader(new Reactor());
        return session;
    }

    private static Model model(Path module) {
        Path file = module.resolve("pom.xml");
        try (InputStream pom = Files.newInputStream(file)) {
            Model model = new MavenXpp3Reader().read(pom);
            model.setPomFile(file.toFile());
            return model;
        } catch (IOException | XmlPullParserException e) {
            throw new IllegalStateException("Unreadable pom of " + module, e);
        }
    }

    /** The poms of this checkout, in place of published ones. */
    private static final class Reactor implements WorkspaceReader {
        private final WorkspaceRepository repository = new WorkspaceRepository("nightjar");

        @Override
        public WorkspaceRepository getRepository() {
            return repository;
        }

        @Override
        public File findArtifact(Artifact artifact) {
            return ours(artifact) && artifact.getExtension().equals("pom")
                    ? MODULES.get(artifact.getArtifactId()).getPomFile()
                    : null;
        }

        @Override
        public List<String> findVersions(Artifact artifact) {
            return ours(artifact) ? List.of(PARENT.getVersion()) : List.of();
        }

        private static boolean ours(Artifact artifact) {
            return artifact.getGroupId().equals(PARENT.getGroupId());
        }
    }
}
