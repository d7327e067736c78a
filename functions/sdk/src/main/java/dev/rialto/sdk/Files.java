package dev.rialto.sdk;

import java.util.Map;

/// The app's files.
public interface Files {
    /// Stores a file.
    ///
    /// @return what to put into an object's field to refer to it: `__type`, `name`, `url`
    Map<String, Object> save(String name, String contentType, byte[] content);

    /// The content of a stored file.
    ///
    /// @param name as [#save] returned it
    /// @throws FunctionException when there is none
    byte[] read(String name);

    void delete(String name);
}
