package dev.rialto.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.Release;
import dev.rialto.functions.spi.Result;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.OutboundPolicy;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Timing;
import dev.rialto.node.NodeSettings.Isolation;
import dev.rialto.sdk.Moment;
import dev.rialto.workers.IsolatedSettings.Wanted;
import dev.rialto.workers.ProcessTree;
import dev.rialto.workers.Surroundings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Cloud code that is loaded in a runtime of its own, and a way to call it.
final class CloudCode implements AutoCloseable {
    static final Caller ANYBODY = new Caller.Anonymous();
    static final Caller MASTER = new Caller.Master();
    static final Caller ANN = new Caller.User("ann", RememberingDoor.SESSION, Set.of("editor"));
    static final String MICRO_APP =
            "{\"name\":\"a\",\"domain\":\"d\",\"group\":\"g\",\"runtime\":\"node\"}";

    /// Kept between runs: the SDK is installed once.
    static final Path FOLDER = Path.of("target", "node");

    final RememberingDoor rest = new RememberingDoor();
    final RememberingHost host = new RememberingHost();
    final List<String> log = new CopyOnWriteArrayList<>();
    final NodeRuntime runtime;
    private final Artifact artifact;
    private final Map<String, String> config;
    final LoadedRevision revision;

    CloudCode(NodeSettings settings, Map<String, String> files, Map<String, String> config) {
        this(settings, List.of("public", "127.0.0.0/8"), files, config);
    }

    CloudCode(
            NodeSettings settings,
            List<String> outbound,
            Map<String, String> files,
            Map<String, String> config) {
        this(settings, outbound, files, config, System.getenv());
    }

    /// @param environment the server's
    CloudCode(
            NodeSettings settings,
            List<String> outbound,
            Map<String, String> files,
            Map<String, String> config,
            Map<String, String> environment) {
        runtime =
                new NodeRuntime(
                        settings,
                        OutboundPolicy.of(outbound),
                        rest,
                        (release, level, message) -> log.add(level + " " + message),
                        Surroundings.of(environment),
                        Timing.SYSTEM);
        Map<String, byte[]> content = new HashMap<>();
        files.forEach((name, text) -> content.put(name, text.getBytes(StandardCharsets.UTF_8)));
        artifact = new Artifact(content);
        this.config = config;
        revision = load("a");
    }

    /// The same code as another micro app.
    LoadedRevision load(String microApp) {
        return runtime.load(
                new Release(new App("shop", "app_shop"), microApp, 1, config), artifact);
    }

    static NodeSettings settings() {
        return settings(new Isolation(Wanted.PREFERRED, true, 4L << 20));
    }

    static NodeSettings settings(Isolation isolation) {
        return new NodeSettings(
                NodeSettings.defaults(FOLDER).command(),
                FOLDER,
                64L << 20,
                isolation,
                NodeSettings.Instances.defaults(),
                Duration.ofSeconds(20),
                Duration.ofSeconds(1));
    }

    /// Code of one file.
    static CloudCode of(String main) {
        return new CloudCode(
                settings(), Map.of("main.js", main, Artifact.DESCRIPTOR, MICRO_APP), Map.of());
    }

    /// The code of the test resources, with a worker that may be busy for long.
    static CloudCode patient() {
        NodeSettings usual = settings();
        return games(
                new NodeSettings(
                        usual.command(),
                        usual.folder(),
                        usual.memory(),
                        usual.isolation(),
                        usual.instances(),
                        usual.start(),
                        Duration.ofMinutes(5)));
    }

    /// The code of the test resources.
    static CloudCode games() {
        return games(settings());
    }

    private static CloudCode games(NodeSettings settings) {
        Map<String, String> files = new HashMap<>();
        for (String name : List.of("main.js", "lib/words.js")) {
            files.put("cloud/" + name, resource("/cloud/" + name));
        }
        files.put(Artifact.DESCRIPTOR, resource("/cloud/" + Artifact.DESCRIPTOR));
        return new CloudCode(settings, files, Map.of("COLOUR", "green"));
    }

    /// The projects that are unpacked.
    static Set<Path> projects() {
        try (Stream<Path> sdks = Files.list(FOLDER)) {
            Set<Path> all = new HashSet<>();
            for (Path sdk : sdks.toList()) {
                if (Files.isDirectory(sdk.resolve("projects"))) {
                    try (Stream<Path> projects = Files.list(sdk.resolve("projects"))) {
                        projects.forEach(all::add);
                    }
                }
            }
            return all;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Its workers.
    List<ProcessHandle> workers() {
        return revision.occupancy().instances().stream()
                .flatMap(each -> ProcessHandle.of(Long.parseLong(each.name())).stream())
                .toList();
    }

    /// The processes of its workers, as the system knows them.
    List<Long> pids() {
        return workers().stream()
                .map(ProcessTree::new)
                .map(ProcessTree::pids)
                .flatMap(List::stream)
                .toList();
    }

    /// Whether it runs a call.
    boolean isCalled() {
        return revision.occupancy().instances().stream().anyMatch(each -> each.running() > 0);
    }

    /// Whether the worker's event loop is free.
    boolean isResponsive() {
        try {
            call(new Binding.CloudFunction("nothing"), "{}", ANYBODY, Duration.ofMillis(500));
            return true;
        } catch (RialtoException late) {
            return false;
        }
    }

    JsonNode call(String function, String input) {
        return call(new Binding.CloudFunction(function), input, ANYBODY, Duration.ofSeconds(10));
    }

    JsonNode call(String function, String input, Caller caller) {
        return call(new Binding.CloudFunction(function), input, caller, Duration.ofSeconds(10));
    }

    JsonNode trigger(Moment moment, String className, String input) {
        return call(new Binding.Trigger(moment, className), input, ANYBODY, Duration.ofSeconds(10));
    }

    JsonNode call(Binding binding, String input, Caller caller, Duration within) {
        ObjectNode context = Json.object().put("from", "client");
        return call(binding, input, caller, within, context);
    }

    /// @param context is changed as the code changes it
    JsonNode call(
            Binding binding, String input, Caller caller, Duration within, ObjectNode context) {
        return answer(binding, input, caller, within, context).output();
    }

    Result answer(
            Binding binding, String input, Caller caller, Duration within, ObjectNode context) {
        InterfaceDescriptor target =
                revision.descriptor().interfaces().stream()
                        .filter(each -> each.bindings().contains(binding))
                        .findFirst()
                        .orElseThrow();
        return revision.find(target)
                .call(
                        new Invocation(
                                Json.read(input.replace('\'', '"')),
                                caller,
                                Optional.of("phone"),
                                "request1",
                                within,
                                host,
                                context,
                                new Invocation.Client("192.0.2.7", Map.of("user-agent", "phone"))));
    }

    /// Waits for what happens soon.
    static void await(BooleanSupplier condition) {
        for (int tries = 0; !condition.getAsBoolean(); tries++) {
            assertThat(tries).as("it does not happen").isLessThan(1_000);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    static String resource(String name) {
        try (InputStream in = CloudCode.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        revision.close();
        runtime.close();
    }
}
