package dev.rialto.runtime;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.FunctionRuntime;
import dev.rialto.functions.spi.Language;
import dev.rialto.functions.spi.LibraryList;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Release;
import dev.rialto.hardening.AllowList;
import dev.rialto.hardening.CallStopped;
import dev.rialto.hardening.ForbiddenException;
import dev.rialto.hardening.ForbiddenUse;
import dev.rialto.hardening.Hardened;
import dev.rialto.hardening.Hardener;
import dev.rialto.hardening.Library;
import dev.rialto.hardening.Shortfall;
import dev.rialto.hardening.Watchdog;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Gauges;
import dev.rialto.kernel.RialtoException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;

/// Runs micro apps in the server's JVM, hardened.
public final class SharedRuntime implements FunctionRuntime {
    /// The name of this runtime in descriptors.
    public static final String NAME = "shared";

    private static final String CLASS = ".class";

    /// The packages of the server that functions see.
    private static final List<String> VISIBLE = List.of("dev.rialto.sdk.", "dev.rialto.hardening.");

    /// The other packages are for the compiler and for tests, which start threads.
    private static final String SDK = "allow dev.rialto.sdk: *";

    private final SharedSettings settings;
    private final StuckCalls stuck = new StuckCalls();
    private final Hardening hardening;
    private final List<String> visible;
    private final Watchdog watchdog;
    private final FunctionThreads threads;
    private final RetiredLoaders retired;
    private final MemoryWatch memory;
    private final RawFields fields;
    private final RevisionLog log;

    /// Makes the code of a revision safe to run.
    private interface Hardening {
        /// @throws ForbiddenException when it uses what it may not use
        Hardened harden(Map<String, byte[]> own, List<Library> libraries) throws ForbiddenException;
    }

    /// @param log receives lines that belong to a micro app but to none of its calls
    public SharedRuntime(SharedSettings settings, RevisionLog log, Language... languages) {
        this(settings, log, true, languages);
    }

    /// A runtime of a process that runs nothing else: code may do all that the process may, and is
    /// not stopped before its deadline.
    public static SharedRuntime trusting(
            SharedSettings settings, RevisionLog log, Language... languages) {
        return new SharedRuntime(settings, log, false, languages);
    }

    private SharedRuntime(
            SharedSettings settings, RevisionLog log, boolean hardened, Language... languages) {
        this.settings = settings;
        var allowed = AllowList.standard().with(SDK);
        List<String> packages = new ArrayList<>(VISIBLE);
        for (Language each : languages) {
            allowed = allowed.with(each.rules());
            packages.addAll(each.packages());
        }
        this.hardening = hardened ? new Hardener(allowed)::harden : Hardener::unhardened;
        this.visible = List.copyOf(packages);
        this.watchdog = Watchdog.start(stuck);
        this.fields = fields();
        this.log = log;
        this.retired = RetiredLoaders.start(settings.leakDumps());
        this.memory = MemoryWatch.start(settings.retained(), watchdog::running);
        this.threads = new FunctionThreads(settings.threads(), settings.threadsOfApp(), watchdog);
    }

    private static RawFields fields() {
        try {
            return RawFields.open();
        } catch (ReflectiveOperationException | RuntimeException refused) {
            throw new IllegalStateException(
                    "this JVM can't measure the memory of functions: it needs"
                            + " --sun-misc-unsafe-memory-access=allow",
                    refused);
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public LoadedRevision load(Release release, Artifact artifact) {
        Descriptor descriptor = Descriptor.of(artifact);
        Hardened hardened = hardened(artifact);
        Map<String, byte[]> files = new HashMap<>(artifact.files());
        files.keySet().removeIf(path -> path.endsWith(CLASS));
        files.keySet()
                .removeAll(List.of(Artifact.DESCRIPTOR, Artifact.INTERFACES, Artifact.LIBRARIES));
        files.putAll(hardened.classes());
        var loader = new RevisionLoader(release.toString(), files, visible);
        requireSound(artifact, loader);
        var revision =
                new SharedRevision(
                        release,
                        descriptor,
                        loader,
                        hardened.shortfalls().stream().map(Shortfall::toString).toList(),
                        new SharedRevision.Services(
                                threads, stuck, retired, memory, fields, log, settings));
        try {
            construct(revision);
        } catch (RuntimeException refused) {
            revision.close();
            throw refused;
        }
        return revision;
    }

    private Hardened hardened(Artifact artifact) {
        Map<String, String> origins = LibraryList.of(artifact);
        Map<String, byte[]> own = new HashMap<>();
        Map<String, Library> libraries = new TreeMap<>();
        artifact.files()
                .forEach((path, bytes) -> {
                    String origin = origins.get(path);
                    if (!path.endsWith(CLASS)) {
                        return;
                    }
                    if (origin == null) {
                        own.put(path, bytes);
                    } else {
                        libraries
                                .computeIfAbsent(origin, name -> new Library(name, new HashMap<>()))
                                .classes()
                                .put(path, bytes);
                    }
                });
        try {
            return hardening.harden(own, List.copyOf(libraries.values()));
        } catch (ForbiddenException forbidden) {
            throw new RefusedException(
                    forbidden.uses().stream().map(SharedRuntime::problem).toList());
        }
    }

    /// Makes the JVM verify the revision's own classes now rather than at the first call. Runs none
    /// of their code.
    private static void requireSound(Artifact artifact, RevisionLoader loader) {
        Map<String, String> origins = LibraryList.of(artifact);
        List<Problem> problems = new ArrayList<>();
        for (String path : new TreeSet<>(artifact.files().keySet())) {
            if (Hardener.isClass(path) && !origins.containsKey(path)) {
                String name = path.substring(0, path.length() - CLASS.length()).replace('/', '.');
                try {
                    // To list members, the JVM links a class.
                    Objects.requireNonNull(
                            Class.forName(name, false, loader).getDeclaredConstructors());
                } catch (VerifyError | ClassFormatError unsound) {
                    problems.add(
                            new Problem(
                                    path,
                                    0,
                                    0,
                                    "is not a valid class file: " + unsound.getMessage()));
                } catch (ClassNotFoundException | LinkageError incomplete) {
                    // A class that it may never need is missing.
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
    }

    private static Problem problem(ForbiddenUse use) {
        String place =
                use.method().isEmpty() ? use.className() : use.className() + "." + use.method();
        return new Problem(
                source(use.file()),
                use.line(),
                0,
                place + " uses " + use.target() + ": " + use.why());
    }

    /// Where a source lies in a project.
    private static String source(String file) {
        int ending = file.lastIndexOf('.');
        return switch (ending < 0 ? "" : file.substring(ending)) {
            case ".java" -> "src/main/java/" + file;
            case ".groovy" -> "src/main/groovy/" + file;
            default -> file;
        };
    }

    /// Runs the constructors of a revision, on a thread of functions and within a budget.
    private void construct(SharedRevision revision) {
        try {
            revision.construct();
        } catch (CompletionException failure) {
            switch (failure.getCause()) {
                case RefusedException refused -> throw refused;
                case CallStopped stopped ->
                        throw new RefusedException(
                                Problem.of(
                                        "a constructor or static initialiser was stopped ("
                                                + stopped.kind()
                                                + "): it may take "
                                                + settings.loading().toMillis()
                                                + " ms"));
                case null, default ->
                        throw new RialtoException(
                                ErrorCode.INTERNAL, "can't construct functions", failure);
            }
        }
    }

    /// The number of closed revisions still in memory; most wait for a collection.
    public int retiredWaiting() {
        return retired.waiting();
    }

    /// Registers gauges for what calls and revisions leave behind.
    public void measure(Gauges to) {
        to.gauge(
                "rialto.functions.stuck",
                "Function calls that were stopped and abandoned, but are still running.",
                stuck::givenUp);
        to.gauge(
                "rialto.functions.waiting",
                "Function calls in the server's own process that a caller is waiting for.",
                stuck::waiting);
        to.gauge(
                "rialto.functions.retired.revisions",
                "Closed revisions that are still in memory; most wait for a collection.",
                retired::waiting);
        to.count(
                "rialto.functions.leaked.revisions",
                "Closed revisions that stayed in memory; the log names what holds them.",
                retired::alarms);
    }

    /// The number of calls that were stopped and abandoned, but still run.
    public int stuck() {
        return stuck.givenUp();
    }

    /// The number of closed revisions that stayed in memory; the log names what holds them.
    public long leaks() {
        return retired.alarms();
    }

    @Override
    public void close() {
        threads.close();
        memory.close();
        retired.close();
        watchdog.close();
    }
}
