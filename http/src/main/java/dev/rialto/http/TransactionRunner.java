package dev.rialto.http;

import java.util.function.Supplier;

/// Runs work all or nothing: what the work changed is undone when it throws.
@FunctionalInterface
public interface TransactionRunner {
    Answer inTransaction(Supplier<Answer> work);
}
