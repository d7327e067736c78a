package dev.rialto.node;

import dev.rialto.kernel.App;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Passes requests of the Parse SDK in cloud code to the operations of the server, without HTTP and
/// keys. Thread-safe.
public interface RestGateway {
    /// Runs an operation. If it fails, the reply is the same as over HTTP.
    Reply ask(Request request);

    /// The address under which clients reach `/v1`, without a slash at its end.
    String publicUrl();

    /// The caller of a request.
    sealed interface Credentials {
        /// The holder of the master key.
        record Master() implements Credentials {}

        /// A user, by a session that has not been looked up yet.
        record Session(String token) implements Credentials {
            /// Doesn't show the token.
            @Override
            public String toString() {
                return "Session[***]";
            }
        }

        record Anonymous() implements Credentials {}
    }

    /// The origin of a request.
    ///
    /// @param context what cloud code passes to triggers
    record Origin(
            Credentials credentials,
            Optional<String> installationId,
            Optional<ObjectNode> context) {}

    /// A request of cloud code.
    ///
    /// @param path below `/v1`, percent-encoded, with its query, if any
    /// @param body for uploads in the JSON form: `base64`, `fileData`, `_ContentType`
    record Request(App app, Origin origin, String method, String path, ObjectNode body) {}

    /// A response of the server.
    ///
    /// @param body an empty object if the response has none
    record Reply(int status, Map<String, String> headers, JsonNode body) {
        public Reply {
            headers = Map.copyOf(headers);
        }
    }
}
