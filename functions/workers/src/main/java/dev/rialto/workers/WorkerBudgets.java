package dev.rialto.workers;

/// What all workers of a server together may take of its memory and of the machine's.
///
/// @param outgoing frames that wait for workers
/// @param incoming frames that come from workers
/// @param memory of their processes
public record WorkerBudgets(
        OutgoingBudget outgoing, IncomingBudget incoming, DeclaredMemory memory) {
    /// The budgets that fit the heap.
    public static WorkerBudgets ofHeap(DeclaredMemory memory) {
        return new WorkerBudgets(OutgoingBudget.ofHeap(), IncomingBudget.ofHeap(), memory);
    }
}
