package dev.rialto.http;

import java.util.Set;

/// One thing a capability does, reachable over HTTP. Declared once; its route, access check and
/// catalogue entry come from this declaration.
///
/// @param capability what offers it, e.g. `objects`
/// @param name unique within the capability, e.g. `create`
/// @param path below `/v1`, with parameters in braces: `/classes/{className}/{objectId}`; a last
///   parameter written `{name*}` takes the rest of the path
/// @param access who may call it at all; what the caller may see or change is the handler's affair
/// @param summary one sentence for the API's description
/// @param traits in what it differs from the usual
/// @param headers the request headers that it reads, beside those of every request; browsers may
///   send them from other origins
public record Operation(
        String capability,
        String name,
        Method method,
        String path,
        Access access,
        String summary,
        Set<Trait> traits,
        Set<String> headers,
        Handler handler) {

    public Operation {
        traits = Set.copyOf(traits);
        headers = Set.copyOf(headers);
    }

    /// An operation like most.
    public Operation(
            String capability,
            String name,
            Method method,
            String path,
            Access access,
            String summary,
            Handler handler) {
        this(capability, name, method, path, access, summary, Set.of(), Set.of(), handler);
    }

    /// The same operation, done by another handler.
    public Operation withHandler(Handler other) {
        return new Operation(
                capability, name, method, path, access, summary, traits, headers, other);
    }

    /// This operation with these traits and no others.
    public Operation with(Trait... traits) {
        return new Operation(
                capability, name, method, path, access, summary, Set.of(traits), headers, handler);
    }

    /// This operation, which reads these headers.
    public Operation reading(String... headers) {
        return new Operation(
                capability, name, method, path, access, summary, traits, Set.of(headers), handler);
    }

    /// Whether doing it may change anything. The method says so unless a trait does: everything but
    /// a GET writes. The read-only master key is admitted only to what doesn't.
    public boolean writes() {
        return traits.contains(Trait.WRITES)
                || (method != Method.GET && !traits.contains(Trait.READS));
    }

    /// In what an operation may differ from the usual.
    public enum Trait {
        /// It changes nothing, whatever its method.
        READS,
        /// It may change something, though its method is GET.
        WRITES,
        /// Its body is no JSON but bytes that the handler reads from [Call#stream], unless a client
        /// sends the JSON form of an upload: see [Call#body].
        UPLOAD,
        /// It takes no notice of a session token, so that one which ended doesn't fail it: the
        /// caller is anonymous or a key holder. [Call#sessionToken] still tells the token.
        SESSIONLESS,
        /// Doing it again under the same request id does no harm, because it writes no object of
        /// the client's: the id is not remembered.
        REPEATABLE,
        /// It runs code of an app, which writes in transactions of its own or elsewhere: its
        /// request id is remembered before it begins, and stays so when it fails.
        DETACHED,
        /// It works a while before it writes, and no connection is to wait for that: its request id
        /// is remembered when it begins to write.
        PREPARING
    }

    /// The methods operations listen to.
    public enum Method {
        GET,
        POST,
        PUT,
        PATCH,
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
