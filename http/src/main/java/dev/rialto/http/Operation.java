package dev.rialto.http;

/// One thing a capability does, reachable over HTTP. Declared once; its route, access check and
/// catalogue entry come from this declaration.
///
/// @param capability what offers it, e.g. `objects`
/// @param name unique within the capability, e.g. `create`
/// @param path below `/v1`, with parameters in braces: `/classes/{className}/{objectId}`; a last
///   parameter written `{name*}` takes the rest of the path
/// @param access who may call it at all; what the caller may see or change is the handler's affair
/// @param summary one sentence for the API's description
public record Operation(
        String capability,
        String name,
        Method method,
        String path,
        Access access,
        String summary,
        Handler handler) {

    /// The methods operations listen to.
    public enum Method {
        GET,
        POST,
        PUT,
        DELETE
    }

    /// Who may call an operation.
    public enum Access {
        /// Anybody, without naming an app; [Call#app] fails.
        PUBLIC,
        /// Whoever has the app's id and, where the app asks for one, a client key.
        APP,
        /// Holders of the master, read-only master or maintenance key.
        MASTER_READ,
        /// Holders of the master or maintenance key.
        MASTER
    }

    /// Does the operation. Runs on a virtual thread and may block.
    public interface Handler {
        Answer handle(Call call);
    }
}
