package dev.rialto.spi;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Settings;
import java.util.function.Function;

/// Settings that the owner of an app may set for that app. They have the names of the operator's
/// settings, which hold for the apps whose owners set nothing else.
public interface AppSettings {
    /// Declares that the settings which a reader asks for may be set for an app. To be called when
    /// a capability is made.
    ///
    /// @param reader reads settings as it would read those of the server, and notes what is not
    ///   valid by [Settings#problem] or [Settings#build]
    <T> PerApp<T> declare(Function<Settings, T> reader);

    /// Settings of each app.
    interface PerApp<T> {
        /// What holds for an app now. Cached: it costs a look-up in a map.
        T of(App app);
    }
}
