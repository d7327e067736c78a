package dev.rialto.hosting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.compiler.CompilerSettings;
import dev.rialto.compiler.ProjectCompiler;
import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.FunctionRuntime;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.LoadedInterface;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Release;
import dev.rialto.kernel.App;
import dev.rialto.kernel.OutboundPolicy;
import dev.rialto.kernel.Timing;
import dev.rialto.sdk.processor.Declarations;
import dev.rialto.spi.Objects;
import dev.rialto.store.ChangeLog;
import dev.rialto.store.Database;
import dev.rialto.store.Invalidations;
import dev.rialto.store.Sql;
import dev.rialto.testing.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Deployments that meet each other or a failure. The runtime is a fake whose revisions expose one
/// cloud function for each word of `main.js`.
final class DeployerTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final Deployment TO_ALL =
            new Deployment(Optional.empty(), Deployment.Routing.ALL, OptionalInt.empty(), false);

    private static int apps;

    @TempDir private Path folder;

    private final Database database = POSTGRES.database();
    private final FakeRuntime runtime = new FakeRuntime();
    private final RevisionStore store = new RevisionStore(database);
    private volatile Runnable beforeCommit = () -> {};
    private App app;
    private Deployer deployer;
    private FunctionDirectory directory;
    private Invalidations invalidations;

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    @BeforeEach
    void start() {
        app = POSTGRES.app("deployer" + ++apps);
        directory =
                new FunctionDirectory(
                        store,
                        List.of(runtime),
                        new Placements(FunctionsSettings.Placement.SHARED, () -> false));
        InstantSource clock =
                () -> {
                    beforeCommit.run();
                    return Instant.now();
                };
        invalidations = Invalidations.start(database, POSTGRES.settings());
        var names = new LiveNames(database);
        var log = new FunctionLog(database, InstantSource.system(), 1);
        log.close();
        var calls =
                new FunctionCalls(
                        directory,
                        unused(RemoteFunctions.class),
                        new HostServices(
                                unused(Objects.class),
                                () -> {
                                    throw new AssertionError("unused");
                                },
                                unused(HostServices.Rest.class),
                                new OutboundClients(
                                        OutboundPolicy.publicInternet(), 1, Timing.SYSTEM),
                                unused(HostServices.Files.class),
                                unused(HostServices.Events.class),
                                _ -> {}),
                        log,
                        FunctionsSettings.defaults(),
                        clock,
                        Timing.SYSTEM);
        var bindings =
                new LiveBindings(
                        store,
                        names,
                        new ScheduleStore(database, clock),
                        new SubscriberStore(
                                database, new ChangeLog(database), "node", Duration.ofMinutes(1)),
                        invalidations);
        deployer =
                new Deployer(
                        database,
                        store,
                        calls,
                        bindings,
                        new Upload(
                                new ProjectCompiler(CompilerSettings.defaults(folder)),
                                CompilerSettings.Limits.defaults()),
                        new BindingCheck(_ -> true, clock),
                        clock);
    }

    @AfterEach
    void stop() {
        invalidations.close();
    }

    @Test
    void oneOfTwoMicroAppsGetsANameThatBothWant() throws Exception {
        runtime.loadsTogether = new CyclicBarrier(2);

        List<Optional<RuntimeException>> failures =
                together(() -> deploy("left", "same"), () -> deploy("right", "same"));

        assertThat(failures.stream().flatMap(Optional::stream))
                .singleElement()
                .isInstanceOf(RefusedException.class)
                .asString()
                .contains("the function \"same\" belongs to the micro app");
        assertThat(directory.of(app).all()).hasSize(1);
        assertThat(runtime.open()).hasSize(1);
    }

    @Test
    void refusesToGoBackToARevisionWhoseNameIsTaken() {
        deploy("left", "same");
        deploy("left", "other");
        deploy("right", "same");

        assertThatThrownBy(() -> deployer.rollback(app, "left"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("\"same\" belongs to the micro app right");
        assertThatThrownBy(() -> deployer.publish(app, "left", Optional.of(1)))
                .isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> deployer.split(app, "left", 1, 10))
                .isInstanceOf(RefusedException.class);
        assertThat(store.microApp(app, "left").orElseThrow().traffic().live()).isEqualTo(2);
    }

    @Test
    void givesANameBackWhenItsRevisionGetsNoMoreCalls() {
        deploy("left", "same");
        deployer.remove(app, "left");
        deploy("right", "same");
        deploy("right", "other");
        deploy("left", "same");

        assertThat(store.microApp(app, "left").orElseThrow().traffic().live()).isEqualTo(1);
    }

    @Test
    void refusesAPreviewWhoseNameIsTaken() {
        deploy("left", "same");

        assertThatThrownBy(() ->
                        deployer.deploy(
                                app,
                                zip("right", "same"),
                                new Deployment(
                                        Optional.empty(),
                                        Deployment.Routing.PREVIEW,
                                        OptionalInt.empty(),
                                        false)))
                .isInstanceOf(RefusedException.class);
        assertThat(store.microApp(app, "right")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "99 * * * *|UTC|has the minute \"99\"",
                "* * * *|UTC|has 4 fields, not 5",
                "0 0 31 2 *|UTC|never occurs",
                "0 3 * * *|Europe/Atlantis|there is no time zone"
            })
    void refusesAPreviewWithAScheduleThatCouldNotGoLive(String cron, String zone, String why) {
        runtime.schedule = Optional.of(new Binding.Schedule(cron, zone));
        for (Deployment.Routing routing : Deployment.Routing.values()) {
            assertThatThrownBy(() ->
                            deployer.deploy(
                                    app,
                                    zip("night", "tidy"),
                                    new Deployment(
                                            Optional.empty(), routing, OptionalInt.empty(), false)))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageStartingWith("demo-night-tidy-run: ")
                    .hasMessageContaining(why);
        }
        assertThat(store.microApp(app, "night")).isEmpty();
    }

    @Test
    void loadsCodeWithTheNumberThatItIsStoredUnder() throws Exception {
        runtime.loadsTogether = new CyclicBarrier(2);

        List<Optional<RuntimeException>> failures =
                together(() -> deploy("left", "one"), () -> deploy("left", "one"));

        assertThat(failures).containsOnly(Optional.empty());
        assertThat(store.revisions(app, "left")).extracting(Revision::number).contains(1, 2);
        assertThat(runtime.open())
                .singleElement()
                .extracting(each -> each.release.number())
                .isEqualTo(store.microApp(app, "left").orElseThrow().traffic().live());
    }

    @Test
    void answersWithADeploymentThatIsLiveWhenThisNodeFailsToFollow() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            beforeCommit = () -> renameAfterCommit(threads);

            deploy("left", "one");
        }
        rename("_moved", "_micro_app");

        assertThat(store.microApp(app, "left").orElseThrow().traffic().live()).isEqualTo(1);
        assertThat(runtime.open()).isEmpty();
        directory.renew(app, null);
        assertThat(directory.of(app).all()).hasSize(1);
    }

    /// Moves the table of micro apps away in the moment in which the deployment has committed.
    private void renameAfterCommit(ExecutorService threads) {
        beforeCommit = () -> {};
        threads.execute(() -> rename("_micro_app", "_moved"));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!someoneWaitsForALock()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private boolean someoneWaitsForALock() {
        // In a transaction of its own, as a thread of its own.
        try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
            return other.submit(() ->
                            database.queryFirst(
                                            Sql.of(
                                                    "select count(*) > 0 from pg_locks where not"
                                                            + " granted and mode ="
                                                            + " 'AccessExclusiveLock'"),
                                            row -> row.getBoolean(1))
                                    .orElseThrow())
                    .get();
        } catch (InterruptedException | ExecutionException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private void rename(String from, String to) {
        database.update(
                Sql.of("ALTER TABLE ")
                        .addName(app.schema())
                        .add(".")
                        .addName(from)
                        .add(" RENAME TO ")
                        .addName(to));
    }

    private Deployer.Deployed deploy(String name, String functions) {
        return deployer.deploy(app, zip(name, functions), TO_ALL);
    }

    /// Runs both at once.
    ///
    /// @return how each failed
    private static List<Optional<RuntimeException>> together(
            Callable<Deployer.Deployed> one, Callable<Deployer.Deployed> other) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Deployer.Deployed>> running =
                    List.of(threads.submit(one), threads.submit(other));
            return List.of(failure(running.getFirst()), failure(running.getLast()));
        }
    }

    private static Optional<RuntimeException> failure(Future<?> running) throws Exception {
        try {
            running.get();
            return Optional.empty();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                return Optional.of(cause);
            }
            throw failed;
        }
    }

    private static byte[] zip(String name, String functions) {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(Artifact.DESCRIPTOR));
            zip.write(
                    """
                    {"name": "%s", "domain": "demo", "group": "%s", "runtime": "node"}
                    """
                            .formatted(name, name)
                            .getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry("main.js"));
            zip.write(functions.getBytes(StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return bytes.toByteArray();
    }

    private static <T> T unused(Class<T> type) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (_, method, _) -> {
                            throw new AssertionError(method + " is not called by deployments");
                        }));
    }

    private static final class FakeRuntime implements FunctionRuntime {
        private final List<FakeRevision> loaded = new CopyOnWriteArrayList<>();

        /// Makes the first two loads wait for each other.
        private volatile CyclicBarrier loadsTogether = new CyclicBarrier(1);

        /// When all interfaces are called besides.
        private volatile Optional<Binding.Schedule> schedule = Optional.empty();

        @Override
        public String name() {
            return "node";
        }

        @Override
        public LoadedRevision load(Release release, Artifact artifact) {
            String words = new String(artifact.files().get("main.js"), StandardCharsets.UTF_8);
            List<InterfaceDescriptor> interfaces =
                    Arrays.stream(words.split(" ", -1))
                            .map(word -> exposed(word, schedule))
                            .toList();
            String name = Descriptor.name(artifact);
            var revision =
                    new FakeRevision(
                            release,
                            new Descriptor(name, "demo", name, "1", "", "node", interfaces));
            loaded.add(revision);
            if (loaded.size() <= 2) {
                awaitOther();
            }
            return revision;
        }

        private void awaitOther() {
            try {
                loadsTogether.await(60, TimeUnit.SECONDS);
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        }

        /// What was loaded and not closed.
        List<FakeRevision> open() {
            return loaded.stream().filter(each -> !each.closed).toList();
        }

        @Override
        public void close() {
            // It holds nothing.
        }
    }

    private static InterfaceDescriptor exposed(String name, Optional<Binding.Schedule> schedule) {
        List<Binding> bindings = new ArrayList<>(List.of(new Binding.CloudFunction(name)));
        schedule.ifPresent(bindings::add);
        return new InterfaceDescriptor(
                name,
                "run",
                name,
                InterfaceDescriptor.unknownContract(),
                bindings,
                InterfaceDescriptor.Limits.USUAL,
                Declarations.NONE);
    }

    private static final class FakeRevision implements LoadedRevision {
        private final Release release;
        private final Descriptor descriptor;
        private volatile boolean closed;

        FakeRevision(Release release, Descriptor descriptor) {
            this.release = release;
            this.descriptor = descriptor;
        }

        @Override
        public Descriptor descriptor() {
            return descriptor;
        }

        @Override
        public LoadedInterface find(InterfaceDescriptor exposed) {
            throw new AssertionError("nothing is called");
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
