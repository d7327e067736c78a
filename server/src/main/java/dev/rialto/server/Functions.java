package dev.rialto.server;

import dev.rialto.compiler.CompilerSettings;
import dev.rialto.compiler.GroovyReach;
import dev.rialto.compiler.ProjectCompiler;
import dev.rialto.files.FileAddress;
import dev.rialto.files.FileShelf;
import dev.rialto.hooks.HookDirectory;
import dev.rialto.hosting.EventStore;
import dev.rialto.hosting.FunctionsModule;
import dev.rialto.hosting.FunctionsSettings;
import dev.rialto.hosting.OutboundClients;
import dev.rialto.hosting.Platform;
import dev.rialto.http.Listener;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.OutboundPolicy;
import dev.rialto.node.NodeRuntime;
import dev.rialto.node.NodeSettings;
import dev.rialto.objects.spi.Objects;
import dev.rialto.runtime.SharedRuntime;
import dev.rialto.runtime.SharedSettings;
import dev.rialto.runtime.spi.FunctionRuntime;
import dev.rialto.store.Database;
import dev.rialto.store.Invalidations;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// Functions and the runtimes they run in, and what they are given of the platform.
final class Functions implements AutoCloseable {
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final boolean warm;
    private final ProjectCompiler compiler;
    private final FunctionsModule module;
    private final NodeRuntime node;

    /// What functions stand on.
    ///
    /// @param listener known once it listens
    record Ground(
            Database database,
            Invalidations invalidations,
            Function<String, Optional<App>> apps,
            Objects objects,
            FileShelf files,
            SideTriggers sides,
            HookDirectory hooks,
            Function<App, Optional<String>> webhookKeys,
            Predicate<String> triggered,
            FunctionsModule.Changes changes,
            Supplier<Listener> listener,
            Clock clock) {}

    /// @param compiler settings of compiling
    /// @param shared settings of the shared runtime
    /// @param node settings of Node.js processes
    /// @param outbound which servers functions may connect to
    /// @param warm whether to get ready for the first deploy after the start
    record Settings(
            FunctionsSettings functions,
            CompilerSettings compiler,
            SharedSettings shared,
            NodeSettings node,
            OutboundPolicy outbound,
            boolean warm) {}

    Functions(Ground ground, Settings settings) {
        warm = settings.warm();
        try {
            compiler = new ProjectCompiler(settings.compiler());
            opened.push(compiler);
            var log = new CompletableFuture<FunctionsModule>();
            var shared =
                    new SharedRuntime(
                            settings.shared(),
                            (release, level, message) ->
                                    log.join()
                                            .log(release.app(), release.microApp(), level, message),
                            GroovyReach.language());
            opened.push(shared);
            node =
                    new NodeRuntime(
                            settings.node(),
                            settings.outbound(),
                            new CloudDoor(
                                    () -> ground.listener().get().calls(),
                                    () -> ground.listener().get().publicUrl()),
                            (release, level, message) ->
                                    log.join()
                                            .log(release.app(), release.microApp(), level, message),
                            System.getenv());
            opened.push(node);
            var webhooks = new Webhooks(ground.hooks(), ground.objects(), ground.webhookKeys());
            opened.push(webhooks);
            List<FunctionRuntime> runtimes = List.of(shared, node);
            var outbound =
                    new OutboundClients(settings.outbound(), settings.functions().httpSize());
            opened.push(outbound);
            module =
                    new FunctionsModule(
                            new FunctionsModule.Ground(
                                    ground.database(),
                                    ground.invalidations(),
                                    ground.apps(),
                                    compiler,
                                    settings.compiler().limits(),
                                    runtimes,
                                    platform(ground, outbound),
                                    webhooks,
                                    ground.triggered(),
                                    ground.changes(),
                                    ground.clock()),
                            settings.functions());
            opened.push(module);
            log.complete(module);
        } catch (RuntimeException failure) {
            Storage.closeAll(opened, Optional.of(failure));
            throw failure;
        }
    }

    private static Platform platform(Ground ground, OutboundClients outbound) {
        return new Platform(
                ground.objects(),
                new InProcessRest(() -> ground.listener().get().calls()),
                outbound,
                new AppFiles(
                        ground.files(), ground.sides(), () -> ground.listener().get().publicUrl()),
                new EventStore(ground.database(), ground.clock()));
    }

    /// Gets ready for the first deploy, while there is nothing else to do.
    void warm() {
        node.announce();
        if (warm) {
            compiler.warm();
        }
    }

    FunctionsModule module() {
        return module;
    }

    @Override
    public void close() {
        Storage.closeAll(opened, Optional.empty());
    }

    /// An app's files as its functions see them.
    private record AppFiles(FileShelf shelf, SideTriggers sides, Supplier<String> publicUrl)
            implements Platform.Files {
        private static SideTriggers.Author author(App app) {
            return new SideTriggers.Author(app, new Caller.Master(), Optional.empty());
        }

        @Override
        public ObjectNode save(App app, String name, String contentType, byte[] content) {
            OptionalLong length = OptionalLong.of(content.length);
            sides.beforeSaving(author(app), name, length);
            String stored = shelf.save(app, name, contentType, content);
            sides.afterSaving(author(app), stored, length);
            return Json.object()
                    .put("name", stored)
                    .put("url", FileAddress.url(publicUrl.get(), app.id(), stored));
        }

        @Override
        public byte[] read(App app, String name) {
            return shelf.read(app, name);
        }

        @Override
        public void delete(App app, String name) {
            sides.beforeDeleting(author(app), name);
            shelf.delete(app, name);
            sides.afterDeleting(author(app), name);
        }
    }
}
