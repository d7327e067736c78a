package dev.rialto.server;

import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Handler;
import dev.rialto.http.Operation.Method;
import dev.rialto.http.Operation.Trait;
import dev.rialto.http.OperationStep;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.function.BooleanSupplier;

/// Refuses to write, deploy and upload while the disk of the server's own PostgreSQL is almost
/// full. What is left is for PostgreSQL's log: without room for it PostgreSQL ends, and takes reads
/// with it. Deleting, logging in and calling functions stay possible; what functions write passes
/// here, too. Uploads to a folder are refused, too: it may be on the same disk.
record FullDisk(BooleanSupplier isFull) implements OperationStep {
    @Override
    public Handler around(Operation operation, Handler next) {
        if (!operation.writes()
                || operation.method() == Method.DELETE
                || operation.has(Trait.DONE_WHEN_FULL)) {
            return next;
        }
        return call -> {
            if (isFull.getAsBoolean()) {
                throw new RialtoException(
                        ErrorCode.STORAGE_FULL,
                        "The server's disk is full: nothing was written. Reading and deleting are"
                                + " possible.");
            }
            return next.handle(call);
        };
    }
}
