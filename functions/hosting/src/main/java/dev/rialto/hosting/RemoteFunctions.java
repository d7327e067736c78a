package dev.rialto.hosting;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Functions and triggers that run at another address.
public interface RemoteFunctions {
    /// None.
    RemoteFunctions NONE =
            new RemoteFunctions() {
                @Override
                public Optional<JsonNode> call(
                        App app, Caller caller, String name, JsonNode input) {
                    return Optional.empty();
                }

                @Override
                public boolean hasTrigger(App app, String className, String moment) {
                    return false;
                }

                @Override
                public JsonNode trigger(
                        App app,
                        Caller caller,
                        String className,
                        String moment,
                        ObjectNode payload) {
                    throw new IllegalStateException("there is no trigger elsewhere");
                }
            };

    /// Calls a function.
    ///
    /// @return empty when there is none of this name
    Optional<JsonNode> call(App app, Caller caller, String name, JsonNode input);

    /// Whether there is such a trigger; asked at every request.
    ///
    /// @param moment as Parse names it, e.g. `beforeSave`
    boolean hasTrigger(App app, String className, String moment);

    /// Calls a trigger that there is.
    ///
    /// @return what it answered; JSON null for nothing
    JsonNode trigger(App app, Caller caller, String className, String moment, ObjectNode payload);
}
