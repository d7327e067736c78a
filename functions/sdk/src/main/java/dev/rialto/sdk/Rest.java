package dev.rialto.sdk;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All operations of the REST API, for what has no method of its own in a [Context]: schemas,
/// parameters of the config, jobs, hooks, and others. Access, triggers and limits apply as for a
/// request over HTTP.
public interface Rest {
    /// The same operations as the holder of the master key.
    Rest asMaster();

    /// Runs an operation.
    ///
    /// @param method GET, POST, PUT or DELETE
    /// @param path below `/v1`, percent-encoded, with its query string: `/schemas/Order`
    /// @param body its fields have values as those of an [Entity]
    /// @return the fields of the answer; of one that is an array, as that of a batch, the array as
    ///   `results`
    /// @throws FunctionException as a client would be told
    Map<String, @Nullable Object> call(
            String method, String path, Map<String, ? extends @Nullable Object> body);
}
