package dev.rialto.http;

/// The server's side of a talk with one client. Called by the connection's own virtual thread, one
/// call at a time; while a call runs, nothing is read from the client.
public interface Conversation {
    /// A whole text message. What is thrown ends the connection with code 1011.
    void received(String text);

    /// The connection has ended, by whichever side. Called once, after all else.
    void closed();
}
