package dev.rialto.hosting;

import dev.rialto.hosting.AppFunctions.ServedInterface;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Ids;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Background calls as master, in the live revision.
final class MasterCalls implements BackgroundCalls {
    private final FunctionCalls calls;
    private final FunctionLog log;
    private final Ids ids = new Ids();

    MasterCalls(FunctionCalls calls, FunctionLog log) {
        this.calls = calls;
        this.log = log;
    }

    @Override
    public boolean isKnown(Target target) {
        return find(target).isPresent();
    }

    private Optional<ServedInterface> find(Target target) {
        return calls.directory()
                .of(target.app())
                .function(
                        target.address(),
                        exposed ->
                                exposed.isLive()
                                        && exposed.descriptor()
                                                .bindings()
                                                .contains(target.binding()));
    }

    @Override
    public void call(Target target, JsonNode input) {
        var origin = Origin.ofServer(target.app(), new Caller.Master(), ids.hex(8));
        calls.call(
                origin,
                () ->
                        find(target)
                                .orElseThrow(() ->
                                        new IllegalStateException(target.address() + " is gone")),
                input,
                calls.background());
    }

    @Override
    public void log(Target target, String level, String message) {
        log.add(target.app(), target.microApp(), level, "", message);
    }
}
