package dev.rialto.kernel;

import java.util.function.DoubleSupplier;

/// Registers the measurements of the server's parts. Each value is read when metrics are scraped,
/// by any thread, so reading it must be quick and must not query the database.
///
/// Names are dotted, lower case and begin with `rialto.`; docs/metrics.md lists them.
public interface Gauges {
    /// A value that rises and falls.
    void gauge(String name, String meaning, DoubleSupplier value);

    /// A count that only grows while the server runs.
    void count(String name, String meaning, DoubleSupplier total);
}
