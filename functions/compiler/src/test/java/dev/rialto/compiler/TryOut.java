package dev.rialto.compiler;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Host;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.Release;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.runtime.SharedRuntime;
import dev.rialto.runtime.SharedSettings;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Compiles projects, loads them into the shared runtime, and calls them.
final class TryOut implements AutoCloseable {
    private static final Duration WITHIN = Duration.ofSeconds(20);

    private final ProjectCompiler compiler =
            new ProjectCompiler(CompilerSettings.defaults(Path.of("target/no-libraries")));

    private final SharedRuntime runtime =
            new SharedRuntime(
                    SharedSettings.defaults(), (_, _, _) -> {}, GroovyAllowList.language());

    /// A host that answers functions with what they are given, and anything else with nothing.
    private static final Host HOST =
            (Host)
                    Proxy.newProxyInstance(
                            TryOut.class.getClassLoader(),
                            new Class<?>[] {Host.class},
                            (_, method, arguments) ->
                                    switch (method.getName()) {
                                        case "call" -> arguments[1];
                                        case "cached" -> Optional.empty();
                                        default -> null;
                                    });

    /// A revision that can be called.
    static final class Loaded {
        private final LoadedRevision revision;

        private Loaded(LoadedRevision revision) {
            this.revision = revision;
        }

        /// Calls a method.
        ///
        /// @param target class#method
        /// @return the answer as JSON, or what is told of a failure
        String call(String target) {
            return call(target, WITHIN);
        }

        String call(String target, Duration within) {
            InterfaceDescriptor exposed = exposed(target);
            try {
                return revision.find(exposed).call(invocation(within)).output().toString();
            } catch (RialtoException told) {
                return "failed: " + told.getMessage() + " " + told.getCause();
            }
        }

        /// What is told of a call that fails.
        RialtoException failure(String target) {
            return catchThrowableOfType(
                    RialtoException.class,
                    () -> revision.find(exposed(target)).call(invocation(WITHIN)));
        }

        private InterfaceDescriptor exposed(String target) {
            return revision.descriptor().interfaces().stream()
                    .filter(each -> each.target().equals(target))
                    .findFirst()
                    .orElseThrow();
        }

        void close() {
            revision.close();
        }
    }

    private static Invocation invocation(Duration within) {
        return new Invocation(
                input(), new Caller.Anonymous(), Optional.empty(), "try-out", within, HOST);
    }

    private static JsonNode input() {
        ObjectNode input = Json.object().put("name", "Ada");
        input.putArray("list").add(1).add(2);
        return input;
    }

    /// @throws dev.rialto.functions.spi.RefusedException when something is wrong with it
    Loaded load(Project project) {
        return load(compiler.compile(project));
    }

    /// @throws dev.rialto.functions.spi.RefusedException when something is wrong with it
    Loaded load(byte[] jar) {
        return load(compiler.ofJar(jar));
    }

    private Loaded load(Artifact artifact) {
        var release = new Release(new App("tried", "tried"), "tried", 1, Map.of("key", "value"));
        return new Loaded(runtime.load(release, artifact));
    }

    @Override
    public void close() {
        runtime.close();
        compiler.close();
    }
}
