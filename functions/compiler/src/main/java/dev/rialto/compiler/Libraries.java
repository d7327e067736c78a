package dev.rialto.compiler;

import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession.CloseableSession;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.repository.RepositoryPolicy;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.resolution.DependencyResolutionException;
import org.eclipse.aether.supplier.RepositorySystemSupplier;
import org.eclipse.aether.supplier.SessionBuilderSupplier;
import org.jspecify.annotations.Nullable;

/// The libraries that micro apps may use, fetched into a folder and kept there. Safe for use by
/// many threads.
///
/// Only what [CompilerSettings#libraries] names is looked for, with what it brings. Poms of
/// libraries can name repositories too; those are not asked.
final class Libraries implements AutoCloseable {
    private static final String FOLDER = "a folder of the server";
    private static final String JAR = "jar";

    private final CompilerSettings settings;
    private @Nullable RepositorySystem system;

    Libraries(CompilerSettings settings) {
        this.settings = settings;
    }

    /// The files of all libraries.
    ///
    /// @throws RefusedException when one is not allowed or can't be had
    LibraryFiles files(Pom pom) {
        requireAllowed(pom);
        LibraryFiles brought = LibraryFiles.nothing();
        if (pom.dependencies().isEmpty()) {
            return brought;
        }
        CompilerSettings.Limits limits = settings.limits();
        List<Artifact> jars = jars(pom);
        if (jars.size() > limits.libraries()) {
            throw new RefusedException(
                    new Problem(
                            pom.path(),
                            0,
                            0,
                            jars.size()
                                    + " libraries are needed, dependencies included: "
                                    + limits.libraries()
                                    + " are allowed"));
        }
        long left = limits.artifactSize();
        for (Artifact each : jars) {
            Map<String, byte[]> files = read(each, limits, left);
            left -= files.values().stream().mapToLong(file -> file.length).sum();
            brought.add(
                    each.getGroupId() + ":" + each.getArtifactId() + ":" + each.getVersion(),
                    files);
        }
        return brought;
    }

    private static Map<String, byte[]> read(
            Artifact library, CompilerSettings.Limits limits, long maxSize) {
        Path jar = library.getPath();
        String name = "the library " + jar.getFileName();
        try (InputStream in = Files.newInputStream(jar)) {
            return Jar.read(name, in, limits, maxSize);
        } catch (IOException unreadable) {
            throw new RefusedException(Problem.of(name + " can't be read"));
        }
    }

    private void requireAllowed(Pom pom) {
        List<Problem> problems = new ArrayList<>();
        for (Pom.Dependency each : pom.dependencies()) {
            if (settings.libraries().stream()
                    .noneMatch(allowed -> allowed.allows(each.group(), each.artifact()))) {
                String name = each.group() + ":" + each.artifact();
                problems.add(
                        new Problem(
                                pom.path(),
                                each.line(),
                                0,
                                "the library "
                                        + name
                                        + " is not allowed on this server: ask its operator to add "
                                        + name
                                        + " to functions.libraries"));
            }
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
    }

    private List<Artifact> jars(Pom pom) {
        CollectRequest wanted = new CollectRequest().setRepositories(repositories());
        for (Pom.Dependency each : pom.dependencies()) {
            Artifact artifact =
                    new DefaultArtifact(each.group(), each.artifact(), JAR, each.version());
            wanted.addDependency(new Dependency(artifact, "runtime"));
        }
        DependencyRequest request = new DependencyRequest(wanted, null);
        RepositorySystem resolver = resolver();
        try (CloseableSession session = session(resolver)) {
            return resolver.resolveDependencies(session, request).getArtifactResults().stream()
                    .map(ArtifactResult::getArtifact)
                    .filter(each -> !Platform.provides(each.getGroupId(), each.getArtifactId()))
                    .filter(each -> each.getExtension().equals(JAR))
                    .toList();
        } catch (DependencyResolutionException missing) {
            throw new RefusedException(
                    new Problem(
                            pom.path(),
                            0,
                            0,
                            "libraries can't be fetched from "
                                    + (settings.remotes().isEmpty()
                                            ? "the server's folder, the only configured source"
                                            : withoutFolders(settings.remotes().toString()))
                                    + ": "
                                    + withoutFolders(reason(missing))));
        }
    }

    /// Made when it is needed for the first time, as most micro apps have no libraries.
    private synchronized RepositorySystem resolver() {
        RepositorySystem known = system;
        if (known == null) {
            known = new RepositorySystemSupplier().get();
            system = known;
        }
        return known;
    }

    private CloseableSession session(RepositorySystem resolver) {
        var builder =
                new SessionBuilderSupplier(resolver)
                        .get()
                        .withLocalRepositoryBaseDirectories(settings.repository())
                        .setIgnoreArtifactDescriptorRepositories(true)
                        .setChecksumPolicy(RepositoryPolicy.CHECKSUM_POLICY_FAIL)
                        .setUpdatePolicy(RepositoryPolicy.UPDATE_POLICY_DAILY)
                        .setOffline(settings.remotes().isEmpty());
        builder.setConfigProperty("aether.transport.http.connectTimeout", 5_000);
        builder.setConfigProperty("aether.transport.http.requestTimeout", 20_000);
        return builder.build();
    }

    private List<RemoteRepository> repositories() {
        List<RemoteRepository> all = new ArrayList<>();
        for (var each : settings.remotes()) {
            all.add(
                    new RemoteRepository.Builder(
                                    "libraries" + all.size(), "default", each.toString())
                            .build());
        }
        return all;
    }

    /// Where an operator keeps files is no concern of those who deploy.
    private String withoutFolders(String message) {
        String told = message.replace(settings.repository().toAbsolutePath().toString(), FOLDER);
        for (URI each : settings.remotes()) {
            if ("file".equals(each.getScheme())) {
                told = told.replace(each.toString(), FOLDER).replace(each.getPath(), FOLDER + "/");
            }
        }
        return told;
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    @Override
    public synchronized void close() {
        if (system != null) {
            system.shutdown();
        }
    }
}
