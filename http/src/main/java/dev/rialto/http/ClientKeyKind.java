package dev.rialto.http;

/// The kinds of keys that clients carry. They name the client's platform and protect nothing: every
/// copy of a client holds one.
public enum ClientKeyKind {
    JAVASCRIPT,
    REST,
    CLIENT,
    DOTNET
}
