package dev.rialto.jvmworker;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.Release;
import dev.rialto.functions.spi.Result;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.runtime.SharedRuntime;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// A revision that this process has loaded.
///
/// @param interfaces by what calls name them
record ReceivedRevision(LoadedRevision revision, Map<String, InterfaceDescriptor> interfaces)
        implements AutoCloseable {
    /// @param frame says what it is run as
    /// @throws dev.rialto.functions.spi.RefusedException when it can't be run
    static ReceivedRevision load(SharedRuntime runtime, ObjectNode frame, Artifact artifact) {
        Map<String, String> config = new HashMap<>();
        frame.path("config")
                .properties()
                .forEach(each -> config.put(each.getKey(), each.getValue().asString("")));
        String app = frame.path("app").asString("");
        var release =
                new Release(
                        new App(app, app),
                        frame.path("microApp").asString(""),
                        frame.path("revision").asInt(0),
                        config);
        LoadedRevision loaded = runtime.load(release, artifact);
        Map<String, InterfaceDescriptor> byName = new HashMap<>();
        loaded.descriptor()
                .interfaces()
                .forEach(each -> byName.put(each.function() + "-" + each.name(), each));
        return new ReceivedRevision(loaded, byName);
    }

    /// The frame that tells the server that it is loaded.
    ObjectNode ready() {
        ObjectNode frame = Json.object().put("type", "ready");
        var notes = frame.putArray("notes");
        revision.notes().forEach(notes::add);
        return frame;
    }

    Result call(String name, Invocation invocation) {
        InterfaceDescriptor exposed = interfaces.get(name);
        if (exposed == null) {
            throw new RialtoException(ErrorCode.SCRIPT_FAILED, "there is no interface " + name);
        }
        return revision.find(exposed).call(invocation);
    }

    @Override
    public void close() {
        revision.close();
    }
}
