package dev.rialto.transfer;

import dev.rialto.kernel.App;
import dev.rialto.model.ClassSchema;
import tools.jackson.databind.JsonNode;

/// What an import from a Parse Server needs of an app besides its objects.
///
/// Each refuses by a [dev.rialto.kernel.RialtoException].
public interface ParseParts {
    /// Makes a class, or adds the fields that it lacks. Permissions are those of the Parse Server,
    /// unless they were changed here.
    ClassSchema adopt(App app, ParseClass parseClass);

    /// Adds a parameter of the app's config.
    ///
    /// @return whether there was none of this name
    boolean addParameter(App app, String name, JsonNode value, boolean masterKeyOnly);

    /// Adds a function or trigger that runs at another address.
    ///
    /// @param hook `{"functionName", "url"}` or `{"className", "triggerName", "url"}`
    /// @return whether there was none at this place
    boolean addHook(App app, JsonNode hook);
}
