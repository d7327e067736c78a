package dev.rialto.wasm;

/// Ends the code of a call from within what it imports. WebAssembly can't catch it.
final class GuestExit extends RuntimeException {
    private final transient Outcome outcome;

    GuestExit(Outcome outcome) {
        super(outcome.toString(), null, false, false);
        this.outcome = outcome;
    }

    Outcome outcome() {
        return outcome;
    }
}
