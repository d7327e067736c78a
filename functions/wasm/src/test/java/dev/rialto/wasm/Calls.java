package dev.rialto.wasm;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.Host;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.Release;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Gauges;
import dev.rialto.kernel.Json;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Loads modules and calls their exports, with a platform that has a log and a cache of one entry.
final class Calls implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(60);

    private final WasmRuntime runtime;
    private final List<String> logged = new CopyOnWriteArrayList<>();

    Calls(WasmSettings settings) {
        runtime = new WasmRuntime(settings);
    }

    List<String> logged() {
        return logged;
    }

    /// How many calls are under way.
    double running() {
        var all = new HashMap<String, DoubleSupplier>();
        runtime.measure(
                new Gauges() {
                    @Override
                    public void gauge(String name, String meaning, DoubleSupplier value) {
                        all.put(name, value);
                    }

                    @Override
                    public void count(String name, String meaning, DoubleSupplier total) {
                        all.put(name, total);
                    }
                });
        return Objects.requireNonNull(all.get("rialto.functions.wasm.calls")).getAsDouble();
    }

    /// Loads a module for an app. Each export is an interface with its name.
    LoadedRevision load(String app, byte[] module, String... exports) {
        ObjectNode descriptor =
                Json.object()
                        .put("name", "hostile")
                        .put("domain", "test")
                        .put("group", "wasm")
                        .put("runtime", "wasm")
                        .put("module", "app.wasm");
        descriptor.putArray("environment").add("greeting");
        var interfaces = descriptor.putArray("interfaces");
        for (String each : exports) {
            ObjectNode exposed =
                    interfaces
                            .addObject()
                            .put("function", "cloud")
                            .put("name", each)
                            .put("export", each);
            exposed.putArray("bindings").add(new Binding.CloudFunction(each).wire());
        }
        return load(app, descriptor, Map.of("app.wasm", module));
    }

    LoadedRevision load(String app, ObjectNode descriptor, Map<String, byte[]> modules) {
        var files = new HashMap<>(modules);
        files.put(Artifact.DESCRIPTOR, Json.write(descriptor).getBytes(StandardCharsets.UTF_8));
        var release =
                new Release(
                        new App(app, "app_" + app),
                        "hostile",
                        1,
                        Map.of("greeting", "hello", "secret", "42"));
        return runtime.load(release, new Artifact(files));
    }

    JsonNode call(LoadedRevision revision, String name) {
        return call(revision, name, "{}", LONG);
    }

    JsonNode call(LoadedRevision revision, String name, String input, Duration within) {
        InterfaceDescriptor exposed =
                revision.descriptor().interfaces().stream()
                        .filter(each -> each.name().equals(name))
                        .findFirst()
                        .orElseThrow();
        return revision.find(exposed)
                .call(
                        new Invocation(
                                Json.read(input),
                                new Caller.Anonymous(),
                                Optional.empty(),
                                "request",
                                within,
                                host()))
                .output();
    }

    private Host host() {
        return (Host)
                Proxy.newProxyInstance(
                        Host.class.getClassLoader(),
                        new Class<?>[] {Host.class},
                        (_, method, args) ->
                                switch (method.getName()) {
                                    case "log" -> {
                                        logged.add(args[0] + " " + args[1]);
                                        yield null;
                                    }
                                    case "cached" -> Optional.of("kept");
                                    default ->
                                            throw new UnsupportedOperationException(
                                                    method.getName());
                                });
    }

    @Override
    public void close() {
        runtime.close();
    }
}
