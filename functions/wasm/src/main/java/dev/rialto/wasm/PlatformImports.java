package dev.rialto.wasm;

import com.dylibso.chicory.runtime.Memory;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/// The functions of the platform, version 1, and those that AssemblyScript expects. See
/// docs/wasm.md.
final class PlatformImports {
    private static final String PLATFORM = "rialto_v1";
    private static final String ASSEMBLYSCRIPT = "env";

    /// The longest message, in bytes.
    private static final int MAX_MESSAGE = 16 << 10;

    /// The largest request to the platform, in bytes.
    private static final int MAX_REQUEST = 16 << 20;

    private static final SecureRandom RANDOM = new SecureRandom();

    private PlatformImports() {}

    static void addTo(HostImports all) {
        all.add(PLATFORM, "input_length", "", "i", (guest, _, _) -> guest.streams().input().length);
        all.add(
                PLATFORM,
                "input",
                "i",
                "",
                (guest, memory, args) -> {
                    memory.write((int) args[0], guest.streams().input());
                    return 0;
                });
        all.add(
                PLATFORM,
                "output",
                "ii",
                "",
                (guest, memory, args) -> {
                    guest.streams().write(memory, (int) args[0], (int) args[1]);
                    return 0;
                });
        all.add(
                PLATFORM,
                "fail",
                "iii",
                "",
                (_, memory, args) -> {
                    String message = message(memory, (int) args[1], (int) args[2]);
                    throw new GuestExit(new Outcome.Failed((int) args[0], message));
                });
        all.add(
                PLATFORM,
                "log",
                "iii",
                "",
                (guest, memory, args) -> {
                    int level = (int) args[0];
                    String message = message(memory, (int) args[1], (int) args[2]);
                    guest.ask(platform -> platform.log(level, message));
                    return 0;
                });
        all.add(
                PLATFORM,
                "progress",
                "ii",
                "",
                (guest, memory, args) -> {
                    String message = message(memory, (int) args[0], (int) args[1]);
                    guest.ask(platform -> platform.progress(message));
                    return 0;
                });
        all.add(PLATFORM, "request", "ii", "i", PlatformImports::request);
        all.add(
                PLATFORM,
                "answer",
                "i",
                "",
                (guest, memory, args) -> {
                    memory.write((int) args[0], guest.answer());
                    return 0;
                });
        all.add(ASSEMBLYSCRIPT, "abort", "iiii", "", (_, memory, args) -> abort(memory, args));
        all.add(
                ASSEMBLYSCRIPT,
                "seed",
                "",
                "d",
                (_, _, _) -> Double.doubleToRawLongBits(RANDOM.nextDouble()));
    }

    private static long request(Guest guest, Memory memory, long[] args) {
        int length = (int) args[1];
        if (length < 0 || length > MAX_REQUEST) {
            throw new GuestExit(
                    new Outcome.Trapped(
                            "a request to the platform has more than " + MAX_REQUEST + " bytes"));
        }
        byte[] request = memory.readBytes((int) args[0], length);
        guest.ask(platform -> platform.request(request));
        return guest.answer().length;
    }

    private static long abort(Memory memory, long[] args) {
        throw new GuestExit(
                new Outcome.Trapped(
                        text(memory, (int) args[0])
                                + " in "
                                + text(memory, (int) args[1])
                                + ":"
                                + Integer.toUnsignedString((int) args[2])
                                + ":"
                                + Integer.toUnsignedString((int) args[3])));
    }

    /// A string of AssemblyScript: UTF-16, with its length in bytes before it.
    private static String text(Memory memory, int address) {
        return address == 0
                ? "(nothing)"
                : message(memory, address, memory.readInt(address - 4), StandardCharsets.UTF_16LE);
    }

    private static String message(Memory memory, int address, int length) {
        return message(memory, address, length, StandardCharsets.UTF_8);
    }

    /// What is longer is cut.
    private static String message(Memory memory, int address, int length, Charset charset) {
        int read = (int) Math.min(Integer.toUnsignedLong(length), MAX_MESSAGE);
        return new String(memory.readBytes(address, read), charset);
    }
}
