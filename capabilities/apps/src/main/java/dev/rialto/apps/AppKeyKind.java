package dev.rialto.apps;

import dev.rialto.kernel.SetupException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// The kinds of keys an app can have. There may be several of a kind, so that a new one can be
/// handed out before the old one is taken away.
public enum AppKeyKind {
    /// May do everything.
    MASTER,
    /// May see everything and change nothing.
    READ_ONLY_MASTER,
    /// May do everything and see hidden columns.
    MAINTENANCE,
    /// Sent with calls to the app's webhooks: stored so that it can be read again; the newest is
    /// sent.
    WEBHOOK,
    /// Identifies JavaScript clients.
    JAVASCRIPT,
    /// Identifies clients that use plain REST.
    REST,
    /// Identifies mobile clients.
    CLIENT,
    /// Identifies .NET clients.
    DOTNET;

    /// The name people write: `read-only-master`.
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The kind with this [#label].
    ///
    /// @throws SetupException when there is none
    public static AppKeyKind of(String label) {
        return Arrays.stream(values())
                .filter(kind -> kind.label().equals(label))
                .findFirst()
                .orElseThrow(() ->
                        new SetupException(
                                "there are no "
                                        + label
                                        + " keys; the kinds are "
                                        + Arrays.stream(values())
                                                .map(AppKeyKind::label)
                                                .collect(Collectors.joining(", "))));
    }
}
