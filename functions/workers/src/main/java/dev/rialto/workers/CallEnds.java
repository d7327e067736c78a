package dev.rialto.workers;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;

/// What the caller of a call is told when there is no answer.
public interface CallEnds {
    /// It has taken too long.
    String late();

    /// Its process has ended.
    default RialtoException ended(WorkerEnd end) {
        return new RialtoException(ErrorCode.SCRIPT_FAILED, end.why());
    }

    /// What callers of an address are told.
    ///
    /// @param late that it has taken too long
    /// @param alone whether the process runs nothing of others, so that the call is to blame for
    ///   the memory of its process
    static CallEnds of(String address, String late, boolean alone) {
        return new CallEnds() {
            @Override
            public String late() {
                return late;
            }

            @Override
            public RialtoException ended(WorkerEnd end) {
                return new RialtoException(
                        alone && end.isOutOfMemory()
                                ? ErrorCode.ALLOCATION_EXCEEDED
                                : ErrorCode.SCRIPT_FAILED,
                        address + " was stopped: " + end.why());
            }
        };
    }
}
