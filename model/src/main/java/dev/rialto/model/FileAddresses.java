package dev.rialto.model;

import dev.rialto.kernel.App;

/// Tells where clients find a stored file.
public interface FileAddresses {
    /// The absolute URL of a file, made from its name each time an object is read.
    String url(App app, String name);
}
