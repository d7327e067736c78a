package dev.rialto.server;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.FunctionRuntime;
import dev.rialto.wasm.WasmRuntime;
import dev.rialto.wasm.WasmSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/// The runtime of WebAssembly. Its micro app is compiled from `contract.ts`, beside it; the test
/// `wasm` in `conformance` compiles it again and compares.
final class WasmRuntimeTest extends RuntimeContract {
    @Override
    FunctionRuntime runtime() {
        return new WasmRuntime(WasmSettings.defaults());
    }

    private static Artifact microApp(byte[] module) {
        return new Artifact(
                Map.of(
                        Artifact.DESCRIPTOR,
                        """
                        {
                          "name": "contract", "domain": "test", "group": "contract",
                          "runtime": "wasm", "module": "contract.wasm",
                          "interfaces": [
                            {"function": "cloud", "name": "echo", "export": "echo",
                             "bindings": [{"kind": "cloudFunction", "name": "echo"}]},
                            {"function": "cloud", "name": "refuse", "export": "refuse",
                             "bindings": [{"kind": "cloudFunction", "name": "refuse"}]},
                            {"function": "cloud", "name": "fail", "export": "fail",
                             "bindings": [{"kind": "cloudFunction", "name": "fail"}]},
                            {"function": "cloud", "name": "loop", "export": "loop",
                             "bindings": [{"kind": "cloudFunction", "name": "loop"}]},
                            {"function": "cloud", "name": "log", "export": "log",
                             "bindings": [{"kind": "cloudFunction", "name": "log"}]},
                            {"function": "trigger", "name": "thing", "export": "beforeSaveThing",
                             "bindings": [
                               {"kind": "trigger", "moment": "beforeSave", "className": "Thing"}]},
                            {"function": "job", "name": "count", "export": "count",
                             "bindings": [{"kind": "job", "name": "count"}]}
                          ]
                        }
                        """
                                .getBytes(StandardCharsets.UTF_8),
                        "contract.wasm",
                        module));
    }

    private static byte[] module() {
        try (InputStream in = WasmRuntimeTest.class.getResourceAsStream("/wasm/contract.wasm")) {
            return Objects.requireNonNull(in).readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    Artifact microApp() {
        return microApp(module());
    }

    @Override
    Artifact broken() {
        byte[] module = module();
        return microApp(Arrays.copyOf(module, module.length / 2));
    }
}
