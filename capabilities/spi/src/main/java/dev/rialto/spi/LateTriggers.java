package dev.rialto.spi;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Triggers that are known later than those who call them: functions are made of objects, and
/// objects call functions.
public final class LateTriggers implements Triggers {
    private volatile Triggers known = NONE;

    /// Sets what is called. To be called before the first request.
    public void use(Triggers triggers) {
        known = triggers;
    }

    @Override
    public boolean has(App app, String className, Moment moment) {
        return known.has(app, className, moment);
    }

    @Override
    public JsonNode call(
            App app,
            Caller caller,
            Optional<Call> call,
            String className,
            Moment moment,
            ObjectNode payload) {
        return known.call(app, caller, call, className, moment, payload);
    }
}
