package dev.rialto.server;

import dev.rialto.compiler.CompilerSettings;
import dev.rialto.compiler.ProjectCompiler;
import dev.rialto.files.FileAddress;
import dev.rialto.files.FileShelf;
import dev.rialto.hosting.EventStore;
import dev.rialto.hosting.FunctionsModule;
import dev.rialto.hosting.FunctionsSettings;
import dev.rialto.hosting.Platform;
import dev.rialto.hosting.RemoteFunctions;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
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
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// Functions and the runtimes they run in, and what they are given of the platform.
final class Functions implements AutoCloseable {
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final FunctionsModule module;

    /// What functions stand on.
    ///
    /// @param publicUrl the address of `/v1`, known once the listener listens
    record Ground(
            Database database,
            Invalidations invalidations,
            Objects objects,
            FileShelf files,
            RemoteFunctions remote,
            FunctionsModule.Changes changes,
            Supplier<String> publicUrl,
            Clock clock) {}

    /// @param compiler settings of compiling
    /// @param shared settings of the shared runtime
    record Settings(
            FunctionsSettings functions, CompilerSettings compiler, SharedSettings shared) {}

    Functions(Ground ground, Settings settings) {
        try {
            var compiler = new ProjectCompiler(settings.compiler());
            opened.push(compiler);
            var shared = new SharedRuntime(settings.shared());
            opened.push(shared);
            List<FunctionRuntime> runtimes = List.of(shared);
            module =
                    new FunctionsModule(
                            new FunctionsModule.Ground(
                                    ground.database(),
                                    ground.invalidations(),
                                    compiler,
                                    settings.compiler().limits(),
                                    runtimes,
                                    platform(ground),
                                    ground.remote(),
                                    ground.changes(),
                                    ground.clock()),
                            settings.functions());
            opened.push(module);
        } catch (RuntimeException failure) {
            Storage.closeAll(opened, Optional.of(failure));
            throw failure;
        }
    }

    private static Platform platform(Ground ground) {
        return new Platform(
                ground.objects(),
                new AppFiles(ground.files(), ground.publicUrl()),
                new EventStore(ground.database(), ground.clock()));
    }

    FunctionsModule module() {
        return module;
    }

    @Override
    public void close() {
        Storage.closeAll(opened, Optional.empty());
    }

    /// An app's files as its functions see them.
    private record AppFiles(FileShelf shelf, Supplier<String> publicUrl) implements Platform.Files {
        @Override
        public ObjectNode save(App app, String name, String contentType, byte[] content) {
            String stored = shelf.save(app, name, contentType, content);
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
            shelf.delete(app, name);
        }
    }
}
