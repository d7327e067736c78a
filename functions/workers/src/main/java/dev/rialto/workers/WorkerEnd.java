package dev.rialto.workers;

/// How a worker has ended.
///
/// @param isOutOfMemory whether it took more memory than it may
public record WorkerEnd(String why, boolean isOutOfMemory) {}
