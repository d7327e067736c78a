package dev.rialto.http;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Contract;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// One request to one operation, after admission: who asks, on which app, for what. The request
/// forms of Parse's SDKs (`_method`, keys in the body) are gone by now.
public interface Call {
    /// The app that is called. Fails for [Operation.Access#PUBLIC] operations.
    App app();

    Caller caller();

    /// The operation that was found.
    Operation operation();

    /// What is called, as it declares itself: the operation, or what [#reaches] named.
    default Contract contract() {
        return operation().contract();
    }

    /// Says what this call of a general operation turned out to be for, such as a function. From
    /// then on that contract holds for what the call counts for and for what its answer announces.
    default void reaches(Contract contract) {}

    /// A parameter of the path, decoded.
    String path(String name);

    /// The parameters of the query string, each a JSON string, and over them the fields of a JSON
    /// body that came with a GET or DELETE, each as it was sent. The reader of a parameter accepts
    /// both: `where` may be text to parse or an object.
    ObjectNode parameters();

    /// The JSON object in the body; empty when there is no body. Changes to it stay in this call.
    ///
    /// For an operation with [Operation.Trait#UPLOAD] this is the JSON form of an upload, which the
    /// JavaScript SDK sends (`base64`, `fileData`; [#header] then answers its `_ContentType` as
    /// `Content-Type`). It is empty, and the bytes are in [#stream], when the client sent them raw.
    ///
    /// @throws dev.rialto.kernel.RialtoException when the body is no JSON object
    ObjectNode body();

    /// The raw body of an operation with [Operation.Trait#UPLOAD]; empty when [#body] is not. Its
    /// size is not limited beyond twice the upload limit of [HttpSettings]: count what you read.
    InputStream stream();

    /// A request header. What an SDK puts into the body instead is answered under the header's
    /// name.
    Optional<String> header(String name);

    /// All request headers by their names in lower case; several values of one are joined with
    /// commas. Credentials are not among them: keys, session tokens, `Authorization`, `Cookie`.
    Map<String, String> headers();

    /// What the client sent along for functions and triggers: the field `_context` of the body, or
    /// else the header `X-Parse-Cloud-Context`. It belongs to this call: what one trigger changes
    /// in it, the next one of the same call sees.
    ObjectNode context();

    /// The installation that the request comes from, as the client says it.
    Optional<String> installationId();

    /// The session token that the request carries.
    Optional<String> sessionToken();

    /// Names the request in logs; unique.
    String requestId();

    /// The address under which clients reach `/v1`, without a slash at its end.
    String publicUrl();

    /// The address that was called, as clients reach it, with its query string.
    String url();

    /// The address of the client, as text; empty when the server itself calls.
    String remoteAddress();

    /// The address of the client on whose behalf this is called, also when a function does it in
    /// the client's call; empty when that is not known.
    default String clientAddress() {
        return remoteAddress();
    }

    /// Whether the client gets the headers of the answer alone, as with HEAD.
    default boolean headersOnly() {
        return false;
    }
}
