package dev.rialto.sdk;

import java.time.Instant;
import java.util.Map;

/// What a call of a function knows and may use. It ends with the call.
public interface Context {
    /// Who asks.
    Caller caller();

    /// The id of the app that is called.
    String app();

    /// Names the request in logs; unique.
    String requestId();

    /// Writes to the micro app's log: `./rialto logs`.
    Log log();

    /// What the app's operator set for this micro app: `./rialto micro-app config NAME key=value`.
    Map<String, String> config();

    /// When the call is ended if it has not returned.
    Instant deadline();

    /// Objects as the caller may see and change them; see [Objects#asMaster].
    Objects objects();

    /// Users: signing up, logging in.
    Users users();

    /// All operations of the REST API, as the caller; see [Rest#asMaster].
    Rest rest();

    /// Requests to other servers.
    Http http();

    Files files();

    Cache cache();

    Events events();

    /// Calls other functions of the app.
    Functions functions();

    /// Says how far a job has come; without effect elsewhere.
    void progress(String message);
}
