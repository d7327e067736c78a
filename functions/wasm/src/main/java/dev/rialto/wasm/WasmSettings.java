package dev.rialto.wasm;

import dev.rialto.kernel.Settings;
import java.time.Duration;

/// Settings of WebAssembly.
///
/// @param memory the largest memory of one call, in bytes
/// @param totalMemory the memory of all calls at once, in bytes
/// @param moduleSize the largest module, in bytes
/// @param outputSize the largest output of a call, in bytes
/// @param threads how many calls may run at once, all micro apps together
/// @param appShare the percentage of threads and of memory that one app may use at once
/// @param loading how long a micro app may take to be compiled
public record WasmSettings(
        long memory,
        long totalMemory,
        long moduleSize,
        long outputSize,
        int threads,
        int appShare,
        Duration loading) {
    private static final long MAX_MEMORY = 2L << 30;
    private static final long MAX_MODULE_SIZE = 64L << 20;

    public WasmSettings {
        if (memory < MeteredMemory.PAGE_SIZE || memory >= MAX_MEMORY) {
            throw new IllegalArgumentException(
                    "functions.wasm.memory must be at least 64 KB and less than 2 GB");
        }
        if (totalMemory < memory) {
            throw new IllegalArgumentException(
                    "functions.wasm.total-memory must be at least functions.wasm.memory");
        }
        if (moduleSize < 1 << 10 || moduleSize > MAX_MODULE_SIZE) {
            throw new IllegalArgumentException(
                    "functions.wasm.module-size must be from 1 KB to 64 MB");
        }
        if (outputSize < 1 << 10 || outputSize > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("functions.result-size must be from 1 KB to 2 GB");
        }
        if (threads < 1) {
            throw new IllegalArgumentException("functions.wasm.threads must be at least 1");
        }
        if (appShare < 1 || appShare > 100) {
            throw new IllegalArgumentException("functions.app-share must be from 1 to 100 (%)");
        }
        if (!loading.isPositive()) {
            throw new IllegalArgumentException("functions.wasm.loading must be positive");
        }
    }

    public static WasmSettings defaults() {
        return new WasmSettings(
                64L << 20, 256L << 20, 2L << 20, 10L << 20, 64, 75, Duration.ofSeconds(30));
    }

    /// Reads the operator's settings. The size of results and the share of an app are those of the
    /// shared runtime.
    public static WasmSettings read(Settings in) {
        WasmSettings standard = defaults();
        long memory = in.bytes("functions.wasm.memory", standard.memory());
        long total = in.bytes("functions.wasm.total-memory", standard.totalMemory());
        long moduleSize = in.bytes("functions.wasm.module-size", standard.moduleSize());
        long outputSize = in.bytes("functions.result-size", standard.outputSize());
        int threads = in.integer("functions.wasm.threads", standard.threads());
        int share = in.integer("functions.app-share", standard.appShare());
        var loading = in.duration("functions.wasm.loading", standard.loading());
        return in.build(
                standard,
                () ->
                        new WasmSettings(
                                memory, total, moduleSize, outputSize, threads, share, loading));
    }

    int memoryPages() {
        return Math.toIntExact(memory / MeteredMemory.PAGE_SIZE);
    }

    int totalPages() {
        return Math.toIntExact(Math.min(Integer.MAX_VALUE, totalMemory / MeteredMemory.PAGE_SIZE));
    }

    /// What one app may use of something that all share.
    int share(int all) {
        return Math.max(1, (int) ((long) all * appShare / 100));
    }
}
