package dev.rialto.wasm;

/// How the code of a call ended.
sealed interface Outcome {
    /// By itself.
    ///
    /// @param code 0 for success
    record Exited(int code) implements Outcome {}

    /// With a failure that it chose for its caller.
    record Failed(int code, String message) implements Outcome {}

    /// With a failure that is for its developer.
    record Trapped(String why) implements Outcome {}

    /// It wrote more than it may.
    record OutputTooLarge() implements Outcome {}

    /// The memory of all calls, or of its app's, was in use.
    record NoMemory() implements Outcome {}

    /// It was stopped.
    record Stopped() implements Outcome {}
}
