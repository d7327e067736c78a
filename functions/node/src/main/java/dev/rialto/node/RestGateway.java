package dev.rialto.node;

import dev.rialto.kernel.App;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The way from cloud code to the operations of the server: what the Parse SDK would ask over HTTP,
/// asked without keys. Safe for use by many threads.
public interface RestGateway {
    /// Runs an operation, which may fail: then the reply says so as it would over HTTP.
    Reply ask(Request request);

    /// The address under which clients reach `/v1`, without a slash at its end.
    String publicUrl();

    /// As whom cloud code asks.
    sealed interface Credentials {
        /// The holder of the master key.
        record Master() implements Credentials {}

        /// A user, by a session that is still to be looked up.
        record Session(String token) implements Credentials {
            /// Doesn't show the token.
            @Override
            public String toString() {
                return "Session[***]";
            }
        }

        record Anonymous() implements Credentials {}
    }

    /// Where a request comes from.
    ///
    /// @param context what cloud code passes on to triggers
    record Origin(
            Credentials credentials,
            Optional<String> installationId,
            Optional<ObjectNode> context) {}

    /// What cloud code asks.
    ///
    /// @param path below `/v1`, percent-encoded, with its query if it has one
    /// @param body for uploads in the JSON form: `base64`, `fileData`, `_ContentType`
    record Request(App app, Origin origin, String method, String path, ObjectNode body) {}

    /// What the server says.
    ///
    /// @param body an empty object when the answer has none
    record Reply(int status, Map<String, String> headers, JsonNode body) {
        public Reply {
            headers = Map.copyOf(headers);
        }
    }
}
