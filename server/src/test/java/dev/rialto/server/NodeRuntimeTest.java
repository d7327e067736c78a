package dev.rialto.server;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.FunctionRuntime;
import dev.rialto.kernel.OutboundPolicy;
import dev.rialto.kernel.Timing;
import dev.rialto.node.NodeRuntime;
import dev.rialto.node.NodeSettings;
import dev.rialto.node.RestGateway;
import dev.rialto.workers.Surroundings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// The runtime of Node.js processes.
final class NodeRuntimeTest extends RuntimeContract {
    private static final NodeSettings USUAL = NodeSettings.defaults(Path.of("target", "node"));

    @Override
    FunctionRuntime runtime() {
        return new NodeRuntime(
                new NodeSettings(
                        USUAL.command(),
                        USUAL.folder(),
                        USUAL.memory(),
                        USUAL.isolation(),
                        USUAL.instances(),
                        USUAL.start(),
                        Duration.ofSeconds(1)),
                OutboundPolicy.publicInternet(),
                new ClosedDoor(),
                (_, _, _) -> {},
                Surroundings.of(System.getenv()),
                Timing.SYSTEM);
    }

    private static Artifact sources(String main) {
        return new Artifact(
                Map.of(
                        Artifact.DESCRIPTOR,
                        """
                        {"name": "contract", "domain": "test", "group": "contract", "runtime": "node"}
                        """
                                .getBytes(StandardCharsets.UTF_8),
                        "main.js",
                        main.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    Artifact microApp() {
        return sources(
                """
                Parse.Cloud.define('echo', (request) => request.params);
                Parse.Cloud.define('refuse', () => { throw new Parse.Error(10042, 'not today'); });
                Parse.Cloud.define('fail', () => { throw new Error('no way'); });
                Parse.Cloud.define('loop', () => { while (true) {} });
                Parse.Cloud.define('log', (request) => { request.log.info('seen'); });
                Parse.Cloud.beforeSave('Thing', (request) => {
                  const name = request.object.get('name');
                  if (!name) throw new Parse.Error(142, 'name it');
                  request.object.set('upper', name.toUpperCase());
                });
                Parse.Cloud.job('count', (request) => { request.message('half'); });
                """);
    }

    @Override
    Artifact broken() {
        return sources("Parse.Cloud.define('echo', (request => request.params);");
    }

    /// Cloud code of the contract asks the server for nothing.
    private record ClosedDoor() implements RestGateway {
        @Override
        public Reply ask(Request request) {
            throw new UnsupportedOperationException(request.path());
        }

        @Override
        public String publicUrl() {
            return "http://127.0.0.1/v1";
        }
    }
}
