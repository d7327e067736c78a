package dev.rialto.spi;

import dev.rialto.http.Operation;
import java.util.List;

/// Creates the usual routes of a class under its own path: `/users`, `/roles`, ...
public interface ClassRoutes {
    /// Find and create on `path`, get, update and delete on `path/{objectId}`, all with the query
    /// parameters, request forms and rules of `/classes/{className}`.
    ///
    /// @param capability the capability that offers the operations
    /// @param path below `/v1`, e.g. `/users`
    List<Operation> operations(String capability, String path, String className);
}
