package dev.rialto.workers;

import java.util.Map;

/// What the workers of all runtimes of a server have in common.
///
/// @param environment the server's: PATH and TZ are passed on
/// @param budgets limit what they take together
public record Surroundings(Map<String, String> environment, WorkerBudgets budgets) {
    public Surroundings {
        environment = Map.copyOf(environment);
    }

    /// With the budgets that fit this machine.
    public static Surroundings of(Map<String, String> environment) {
        return new Surroundings(environment, WorkerBudgets.ofHeap(DeclaredMemory.ofMachine()));
    }

    /// Where programs are looked up.
    public String searchPath() {
        return environment.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
    }
}
