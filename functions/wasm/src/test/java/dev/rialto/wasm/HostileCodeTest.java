package dev.rialto.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Code that does what it should not: its caller gets a clear error, and a well-behaved neighbour
/// is served as before.
class HostileCodeTest {
    private static final int LOOP = 0x03;
    private static final int END = 0x0b;
    private static final int BR = 0x0c;
    private static final int BR_IF = 0x0d;
    private static final int BR_TABLE = 0x0e;
    private static final int CALL = 0x10;
    private static final int CALL_INDIRECT = 0x11;
    private static final int RETURN_CALL = 0x12;
    private static final int DROP = 0x1a;
    private static final int I32_CONST = 0x41;
    private static final int UNREACHABLE = 0x00;
    private static final int MEMORY_SIZE = 0x3f;
    private static final int MEMORY_GROW = 0x40;
    private static final int I32_LOAD = 0x28;
    private static final int I32_STORE = 0x36;
    private static final int I32_DIV = 0x6d;
    private static final int MISC = 0xfc;

    /// -1 as an operand.
    private static final int MINUS_ONE = 0x7f;

    private static final Duration SHORT = Duration.ofMillis(200);

    /// A call may have 16 pages, all together 64, and one app 48 of them.
    private final Calls calls =
            new Calls(
                    new WasmSettings(
                            1 << 20, 4 << 20, 1 << 20, 4 << 10, 16, 75, Duration.ofSeconds(30)));

    @AfterEach
    void close() {
        calls.close();
    }

    private static ModuleBytes module() {
        var module = new ModuleBytes();
        module.memory(1, -1);
        return module;
    }

    /// The export of the neighbour.
    private static final String PAGES = "pages";

    /// A module with the export `misdeed`, and one that works.
    private LoadedRevision load(ModuleBytes module, int misdeed) {
        module.export("misdeed", misdeed);
        return calls.load("hostile", module.bytes(), "misdeed");
    }

    private ErrorCode failure(LoadedRevision revision, Duration within) {
        try {
            calls.call(revision, "misdeed", "{}", within);
            throw new AssertionError("it succeeded");
        } catch (RialtoException told) {
            return told.code();
        }
    }

    private String trap(ModuleBytes module, int misdeed) {
        LoadedRevision revision = load(module, misdeed);
        assertThat(failure(revision, Calls.LONG)).isEqualTo(ErrorCode.SCRIPT_FAILED);
        return calls.logged().getLast();
    }

    @Test
    void endsEachKindOfEndlessLoopAtItsDeadline() {
        for (int[] body :
                List.of(
                        new int[] {LOOP, ModuleBytes.VOID, BR, 0, END},
                        new int[] {LOOP, ModuleBytes.VOID, I32_CONST, 1, BR_IF, 0, END},
                        new int[] {LOOP, ModuleBytes.VOID, I32_CONST, 0, BR_TABLE, 0, 0, END},
                        // Throws, and catches at the beginning of the loop.
                        new int[] {
                            LOOP,
                            ModuleBytes.VOID,
                            0x1f,
                            ModuleBytes.VOID,
                            1,
                            2,
                            0,
                            0x08,
                            0,
                            END,
                            BR,
                            0,
                            END
                        })) {
            ModuleBytes module = module();
            module.tag();
            LoadedRevision revision = load(module, module.function(body));

            assertThat(failure(revision, SHORT)).isEqualTo(ErrorCode.TIMEOUT);
            assertThat(revision.find(revision.descriptor().interfaces().getFirst()).stuck())
                    .isZero();
        }
    }

    @Test
    void endsModulesThatLoopWhileTheyStart() throws Exception {
        ModuleBytes module = module();
        int grow =
                module.function(
                        LOOP, ModuleBytes.VOID, I32_CONST, 0, MEMORY_GROW, 0, DROP, BR, 0, END);
        module.start(grow);
        module.export("misdeed", grow);
        try (var impatient =
                new Calls(
                        new WasmSettings(
                                1 << 20,
                                4 << 20,
                                1 << 20,
                                4 << 10,
                                16,
                                75,
                                Duration.ofSeconds(1)))) {
            assertThatThrownBy(() -> impatient.load("hostile", module.bytes(), "misdeed"))
                    .hasMessageContaining("takes ");
            awaitNoCalls(impatient);
        }
    }

    private static void awaitNoCalls(Calls of) throws InterruptedException {
        while (of.running() > 0) {
            Thread.sleep(10);
        }
    }

    @Test
    void endsCallsThatSleep() {
        ModuleBytes module = module();
        int type =
                module.type(
                        List.of(ModuleBytes.I32, ModuleBytes.I32, ModuleBytes.I32, ModuleBytes.I32),
                        List.of(ModuleBytes.I32));
        int poll = module.importFunction("wasi_snapshot_preview1", "poll_oneoff", type);
        // The monotonic clock, in about 292 years.
        module.data(16, 1, ModuleBytes.bytes(1));
        module.data(24, 8, ModuleBytes.bytes(-1, -1, -1, -1, -1, -1, -1, 0x7f));
        int sleep =
                module.function(
                        I32_CONST, 0, I32_CONST, 0x80, 1, I32_CONST, 1, I32_CONST, 0x80, 2, CALL,
                        poll, DROP);

        assertThat(failure(load(module, sleep), SHORT)).isEqualTo(ErrorCode.TIMEOUT);
    }

    @Test
    void refusesMemoryBeyondTheLimit() {
        ModuleBytes module = module();
        // Until it gets no more; then it fails unless it has 16 pages.
        int grow =
                module.function(
                        LOOP,
                        ModuleBytes.VOID,
                        I32_CONST,
                        1,
                        MEMORY_GROW,
                        0,
                        I32_CONST,
                        MINUS_ONE,
                        0x47,
                        BR_IF,
                        0,
                        END,
                        MEMORY_SIZE,
                        0,
                        I32_CONST,
                        16,
                        0x47,
                        0x04,
                        ModuleBytes.VOID,
                        UNREACHABLE,
                        END);
        LoadedRevision revision = load(module, grow);

        assertThat(calls.call(revision, "misdeed").isNull()).isTrue();
        assertThat(calls.call(revision, "misdeed").isNull()).isTrue();
    }

    @Test
    void sharesMemoryBetweenAppsAndTakesItBack() throws Exception {
        ModuleBytes module = module();
        // Takes 15 more pages and keeps them until its deadline, or traps without them.
        int hoard =
                module.function(
                        I32_CONST,
                        15,
                        MEMORY_GROW,
                        0,
                        I32_CONST,
                        MINUS_ONE,
                        0x46,
                        0x04,
                        ModuleBytes.VOID,
                        UNREACHABLE,
                        END,
                        LOOP,
                        ModuleBytes.VOID,
                        BR,
                        0,
                        END);
        LoadedRevision revision = load(module, hoard);
        var begun = new CountDownLatch(8);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var ended =
                    IntStream.range(0, 8)
                            .mapToObj(_ ->
                                    threads.submit(() -> {
                                        begun.countDown();
                                        return failure(revision, Duration.ofSeconds(2));
                                    }))
                            .toList();
            begun.await();
            // The neighbour has a page left, however many pages the others have taken.
            LoadedRevision neighbour = neighbour();
            for (int i = 0; i < 20; i++) {
                assertThat(calls.call(neighbour, PAGES).isNull()).isTrue();
            }
            int kept = 0;
            for (var each : ended) {
                kept += each.get() == ErrorCode.TIMEOUT ? 1 : 0;
            }
            assertThat(kept).isBetween(1, 3);
        }
        assertThat(failure(revision, SHORT)).isEqualTo(ErrorCode.TIMEOUT);
    }

    private LoadedRevision neighbour() {
        ModuleBytes module = module();
        module.export(PAGES, module.function(MEMORY_SIZE, 0, DROP));
        return calls.load("neighbour", module.bytes(), PAGES);
    }

    @Test
    void endsRecursionThatUsesUpItsStack() {
        ModuleBytes module = module();
        assertThat(trap(module, module.function(CALL, 0, CALL, 0))).contains("too deeply");
        // A tail call.
        ModuleBytes tail = module();
        assertThat(trap(tail, tail.function(RETURN_CALL, 0))).contains("too deeply");
    }

    /// Whatever the platform does for a call, it does not do on the call's stack.
    @Test
    void asksThePlatformFromTheEndOfTheStack() {
        ModuleBytes module = module();
        int asks =
                module.importFunction(
                        "rialto_v1",
                        "request",
                        module.type(
                                List.of(ModuleBytes.I32, ModuleBytes.I32),
                                List.of(ModuleBytes.I32)));
        byte[] request = "{\"op\":\"getCached\",\"key\":\"a\"}".getBytes(StandardCharsets.UTF_8);
        module.data(0, request.length, request);
        int recursion =
                module.function(I32_CONST, 0, I32_CONST, request.length, CALL, asks, DROP, CALL, 1);
        LoadedRevision revision = load(module, recursion);

        assertThat(failure(revision, Calls.LONG)).isEqualTo(ErrorCode.SCRIPT_FAILED);
        assertThat(calls.call(neighbour(), PAGES).isNull()).isTrue();
    }

    @Test
    void reportsTraps() {
        ModuleBytes unreachable = module();
        assertThat(trap(unreachable, unreachable.function(UNREACHABLE))).contains("unreachable");

        ModuleBytes division = module();
        assertThat(trap(division, division.function(I32_CONST, 1, I32_CONST, 0, I32_DIV, DROP)))
                .contains("divide by zero");

        ModuleBytes outside = module();
        assertThat(trap(outside, outside.function(I32_CONST, MINUS_ONE, I32_LOAD, 2, 0, DROP)))
                .contains("out of bounds");

        ModuleBytes empty = module();
        empty.table(1);
        assertThat(trap(empty, empty.function(I32_CONST, 0, CALL_INDIRECT, 0, 0)))
                .contains("uninitialized");

        ModuleBytes thrown = module();
        thrown.tag();
        assertThat(trap(thrown, thrown.function(0x08, 0))).contains("exception");
    }

    @Test
    void boundsTheOutput() {
        ModuleBytes module = module();
        int write =
                module.importFunction(
                        "rialto_v1",
                        "output",
                        module.type(List.of(ModuleBytes.I32, ModuleBytes.I32), List.of()));
        int flood =
                module.function(
                        LOOP,
                        ModuleBytes.VOID,
                        I32_CONST,
                        0,
                        I32_CONST,
                        32,
                        CALL,
                        write,
                        BR,
                        0,
                        END);

        assertThat(failure(load(module, flood), Calls.LONG)).isEqualTo(ErrorCode.OBJECT_TOO_LARGE);
    }

    /// Lengths are as large as numbers can be, and the memory has 64 KB.
    @Test
    void believesNoLengths() {
        int[] pointers = {I32_CONST, MINUS_ONE, I32_CONST, MINUS_ONE};
        for (String name : List.of("output", "progress", "request", "log", "fail")) {
            ModuleBytes module = module();
            boolean hasNumber = name.equals("log") || name.equals("fail");
            boolean answers = name.equals("request");
            int type =
                    module.type(
                            hasNumber
                                    ? List.of(ModuleBytes.I32, ModuleBytes.I32, ModuleBytes.I32)
                                    : List.of(ModuleBytes.I32, ModuleBytes.I32),
                            answers ? List.of(ModuleBytes.I32) : List.of());
            int imported = module.importFunction("rialto_v1", name, type);
            IntStream body =
                    IntStream.concat(
                            hasNumber ? IntStream.of(I32_CONST, 1) : IntStream.empty(),
                            IntStream.concat(
                                    IntStream.of(pointers),
                                    answers
                                            ? IntStream.of(CALL, imported, DROP)
                                            : IntStream.of(CALL, imported)));
            assertThat(failure(load(module, module.function(body.toArray())), Calls.LONG))
                    .as(name)
                    .isIn(ErrorCode.SCRIPT_FAILED, ErrorCode.OBJECT_TOO_LARGE);
        }
    }

    @Test
    void believesNoLengthsOfWasi() {
        for (String name : List.of("fd_read", "fd_write")) {
            ModuleBytes module = module();
            int type =
                    module.type(
                            List.of(
                                    ModuleBytes.I32,
                                    ModuleBytes.I32,
                                    ModuleBytes.I32,
                                    ModuleBytes.I32),
                            List.of(ModuleBytes.I32));
            int imported = module.importFunction("wasi_snapshot_preview1", name, type);
            // One vector, to the end of the memory, of 4 GB.
            module.data(0, 8, ModuleBytes.bytes(0xfe, 0xff, 0, 0, -1, -1, -1, -1));
            int descriptor = name.equals("fd_read") ? 0 : 1;
            int call =
                    module.function(
                            I32_CONST,
                            descriptor,
                            I32_CONST,
                            0,
                            I32_CONST,
                            MINUS_ONE,
                            I32_CONST,
                            0,
                            CALL,
                            imported,
                            DROP);
            LoadedRevision revision = load(module, call);
            try {
                calls.call(revision, "misdeed");
            } catch (RialtoException told) {
                assertThat(told.code())
                        .as(name)
                        .isIn(ErrorCode.SCRIPT_FAILED, ErrorCode.OBJECT_TOO_LARGE);
            }
        }
    }

    @Test
    void keepsNothingBetweenCalls() {
        ModuleBytes module = module();
        module.table(1);
        module.passiveData(ModuleBytes.bytes(7));
        // Fails unless memory, table and data are as they were; then changes all three.
        int change =
                module.function(
                        I32_CONST,
                        0,
                        I32_LOAD,
                        2,
                        0,
                        0x04,
                        ModuleBytes.VOID,
                        UNREACHABLE,
                        END,
                        MISC,
                        16,
                        0,
                        I32_CONST,
                        1,
                        0x47,
                        0x04,
                        ModuleBytes.VOID,
                        UNREACHABLE,
                        END,
                        I32_CONST,
                        0,
                        I32_CONST,
                        0,
                        I32_CONST,
                        1,
                        MISC,
                        8,
                        0,
                        0,
                        I32_CONST,
                        0,
                        I32_CONST,
                        5,
                        I32_STORE,
                        2,
                        0,
                        0xd0,
                        0x70,
                        I32_CONST,
                        3,
                        MISC,
                        15,
                        0,
                        DROP,
                        MISC,
                        9,
                        0);
        LoadedRevision revision = load(module, change);

        for (int i = 0; i < 3; i++) {
            assertThat(calls.call(revision, "misdeed").isNull()).isTrue();
        }
    }

    @Test
    void givesOnlyTheVariablesThatAreNamed() {
        ModuleBytes module = module();
        int type = module.type(List.of(ModuleBytes.I32, ModuleBytes.I32), List.of(ModuleBytes.I32));
        int sizes = module.importFunction("wasi_snapshot_preview1", "environ_sizes_get", type);
        int get = module.importFunction("wasi_snapshot_preview1", "environ_get", type);
        int output =
                module.importFunction(
                        "rialto_v1",
                        "output",
                        module.type(List.of(ModuleBytes.I32, ModuleBytes.I32), List.of()));
        module.data(15, 1, ModuleBytes.bytes('"'));
        int show =
                module.function(
                        I32_CONST,
                        0,
                        I32_CONST,
                        4,
                        CALL,
                        sizes,
                        DROP,
                        I32_CONST,
                        0,
                        I32_CONST,
                        16,
                        CALL,
                        get,
                        DROP,
                        // A quotation mark in place of the NUL at the end.
                        I32_CONST,
                        30,
                        I32_CONST,
                        34,
                        0x3a,
                        0,
                        0,
                        I32_CONST,
                        15,
                        I32_CONST,
                        16,
                        CALL,
                        output);

        assertThat(calls.call(load(module, show), "misdeed").asString(""))
                .isEqualTo("greeting=hello");
    }
}
