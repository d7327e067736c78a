package dev.rialto.hardening.standin;

/// A small machine that tells nothing of the real one.
@SuppressWarnings("AvoidCommonTypeNames") // it stands for it
public final class Runtime {
    private static final Runtime ONLY = new Runtime();
    private static final long MEMORY = 256L << 20;

    private Runtime() {}

    public static Runtime getRuntime() {
        return ONLY;
    }

    public int availableProcessors() {
        return 2;
    }

    public long maxMemory() {
        return MEMORY;
    }

    public long totalMemory() {
        return MEMORY;
    }

    public long freeMemory() {
        return MEMORY / 2;
    }

    public void gc() {
        // The server's collector is not for functions to start.
    }
}
