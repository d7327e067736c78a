package dev.rialto.apps;

/// A key in plain text, just made or just given: the only moment it can be shown.
public record NewKey(AppKeyKind kind, String value) {
    @Override
    public String toString() {
        return kind.label() + " ***";
    }
}
