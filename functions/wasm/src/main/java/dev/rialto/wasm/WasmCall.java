package dev.rialto.wasm;

import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.Result;
import dev.rialto.functions.spi.Usage;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One call, on its caller's side: waits for the code until the deadline, performs what it asks
/// for, and makes a result or an error of how it ended.
final class WasmCall {
    /// How long code may take to end once it is stopped, before it counts as stuck.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final int MAX_MESSAGE = 8_000;

    private final String address;
    private final Invocation invocation;
    private final CallPlatform platform;
    private final Guest guest;
    private final Runnable stuck;
    private Usage usage = Usage.UNKNOWN;

    /// @param stuck is told that the code was stopped and still runs
    WasmCall(String address, Invocation invocation, Guest guest, Runnable stuck) {
        this.address = address;
        this.invocation = invocation;
        this.platform = new CallPlatform(invocation);
        this.guest = guest;
        this.stuck = stuck;
    }

    /// Waits for the code, which another thread has been given.
    Result await() {
        Outcome outcome = outcome(System.nanoTime() + invocation.within().toNanos());
        boolean isOver = !(outcome instanceof Outcome.Stopped);
        List<String> lines = isOver ? guest.streams().errorLines() : List.of();
        lines.forEach(each -> invocation.host().log("info", each));
        return switch (outcome) {
            case Outcome.Exited(int code) when code == 0 -> new Result(output(), usage);
            case Outcome.Exited(int code) -> throw exited(code, lines);
            case Outcome.Failed(int code, String message) -> throw failed(code, message);
            case Outcome.Trapped(String why) -> throw trapped(why);
            case Outcome.OutputTooLarge() ->
                    throw new RialtoException(
                            ErrorCode.OBJECT_TOO_LARGE, address + " wrote too large an output");
            case Outcome.NoMemory() ->
                    throw new RialtoException(
                            ErrorCode.OVERLOADED,
                            "the memory for WebAssembly is in use: try again shortly");
            case Outcome.Stopped() ->
                    throw new RialtoException(
                            ErrorCode.TIMEOUT,
                            address
                                    + " was stopped: it took longer than "
                                    + invocation.within().toMillis()
                                    + " ms");
        };
    }

    private Outcome outcome(long deadline) {
        try {
            while (true) {
                switch (guest.next(Duration.ofNanos(deadline - System.nanoTime()))) {
                    case null -> {
                        stop();
                        return new Outcome.Stopped();
                    }
                    case Guest.Ask ask -> ask.perform(platform);
                    case Guest.Ended(Outcome outcome, Usage used) -> {
                        usage = used;
                        return outcome;
                    }
                }
            }
        } catch (InterruptedException _) {
            guest.stop();
            Thread.currentThread().interrupt();
            return new Outcome.Stopped();
        }
    }

    private void stop() throws InterruptedException {
        guest.stop();
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            switch (guest.next(Duration.ofNanos(until - System.nanoTime()))) {
                case null -> {
                    stuck.run();
                    return;
                }
                case Guest.Ask _ -> {
                    // It is not performed: its thread has been interrupted.
                }
                case Guest.Ended _ -> {
                    return;
                }
            }
        }
    }

    private JsonNode output() {
        byte[] written = guest.streams().output();
        if (isBlank(written)) {
            return Json.nodes().nullNode();
        }
        try {
            return Json.read(written);
        } catch (JacksonException unreadable) {
            throw trapped("its output is not valid JSON: " + unreadable.getOriginalMessage());
        }
    }

    private static boolean isBlank(byte[] written) {
        for (byte each : written) {
            if (each != ' ' && each != '\n' && each != '\r' && each != '\t') {
                return false;
            }
        }
        return true;
    }

    /// A program that fails may write what its caller is told.
    private RialtoException exited(int code, List<String> lines) {
        try {
            if (Json.read(guest.streams().output()) instanceof ObjectNode told
                    && told.path("code").isInt()
                    && told.path("message").isString()) {
                return failed(told.path("code").intValue(), told.path("message").stringValue());
            }
        } catch (JacksonException _) {
            // It is not for its caller.
        }
        @Nullable String last = lines.isEmpty() ? null : lines.getLast();
        return trapped("it exited with " + code + (last == null ? "" : ": " + last));
    }

    private static RialtoException failed(int code, String message) {
        return new RialtoException(ErrorCode.chosen(code), code, shortened(message));
    }

    private RialtoException trapped(String why) {
        String detail = shortened(why);
        invocation.host().log("error", address + " failed: " + detail);
        // What went wrong is for the developer.
        return new RialtoException(
                ErrorCode.SCRIPT_FAILED,
                "the function failed (request " + invocation.requestId() + ")",
                new CodeFailure(detail));
    }

    private static String shortened(String text) {
        return text.length() > MAX_MESSAGE ? text.substring(0, MAX_MESSAGE) : text;
    }

    /// A failure of a micro app's code, for the log.
    private static final class CodeFailure extends RuntimeException {
        CodeFailure(String detail) {
            super(detail, null, false, false);
        }
    }
}
