package dev.rialto.wasm;

import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.LoadedInterface;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.Release;
import dev.rialto.functions.spi.Result;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A micro app of WebAssembly that is ready to be called.
final class WasmRevision implements LoadedRevision {
    private final Release release;
    private final WasmProject project;
    private final List<String> environment;
    private final Machinery machinery;
    private volatile @Nullable Map<String, PreparedModule> modules;

    /// What all revisions share.
    record Machinery(WasmSettings settings, GuestThreads threads, MemoryBudget memory) {}

    /// @param modules by their paths in the project
    WasmRevision(
            Release release,
            WasmProject project,
            Map<String, PreparedModule> modules,
            Machinery machinery) {
        this.release = release;
        this.project = project;
        this.modules = modules;
        this.machinery = machinery;
        this.environment =
                project.environment().stream()
                        .filter(release.config()::containsKey)
                        .map(each -> each + "=" + release.config().get(each))
                        .toList();
    }

    @Override
    public Descriptor descriptor() {
        return project.descriptor();
    }

    @Override
    public LoadedInterface find(InterfaceDescriptor exposed) {
        return new WasmInterface(exposed);
    }

    @Override
    public void close() {
        modules = null;
    }

    private PreparedModule module(String path) {
        Map<String, PreparedModule> open = modules;
        PreparedModule module = open == null ? null : open.get(path);
        if (module == null) {
            throw new RialtoException(
                    ErrorCode.FUNCTION_UNLOADED, release.microApp() + " is closed");
        }
        return module;
    }

    /// The pages that a call of an interface may use.
    static int maxPages(InterfaceDescriptor exposed, WasmSettings settings) {
        long declared = exposed.limits().allocation().orElse(settings.memory());
        return (int) (Math.min(declared, settings.memory()) / MeteredMemory.PAGE_SIZE);
    }

    private final class WasmInterface implements LoadedInterface {
        private final String address;
        private final WasmProject.Export export;
        private final List<String> arguments;
        private final int maxPages;
        private final AtomicInteger stuck = new AtomicInteger();

        WasmInterface(InterfaceDescriptor exposed) {
            address = descriptor().address(exposed);
            export = project.export(exposed.target());
            arguments = List.of(export.module(), exposed.function(), exposed.name());
            maxPages = maxPages(exposed, machinery.settings());
        }

        @Override
        public int stuck() {
            return stuck.get();
        }

        @Override
        public Result call(Invocation invocation) {
            PreparedModule module = module(export.module());
            String app = release.app().schema();
            var guest =
                    new Guest(
                            (running, memory) ->
                                    module.run(export.name(), running, memory, maxPages),
                            machinery.memory().lease(app),
                            arguments,
                            environment,
                            new CallStreams(
                                    Json.mapper().writeValueAsBytes(invocation.input()),
                                    machinery.settings().outputSize()));
            machinery.threads().start(app, guest);
            return new WasmCall(address, invocation, guest, () -> countStuck(guest)).await();
        }

        private void countStuck(Guest guest) {
            stuck.incrementAndGet();
            if (!guest.afterwards(stuck::decrementAndGet)) {
                stuck.decrementAndGet();
            }
        }
    }
}
