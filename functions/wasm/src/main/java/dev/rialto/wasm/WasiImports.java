package dev.rialto.wasm;

import com.dylibso.chicory.runtime.Memory;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// WASI preview 1 with nothing but the standard streams, the clock, randomness and the call's
/// arguments and variables. What needs files or sockets answers that there are none.
///
/// Source: the interface's description, `wasi_snapshot_preview1` of the WASI repository.
final class WasiImports {
    private static final String WASI = "wasi_snapshot_preview1";

    private static final long SUCCESS = 0;
    private static final long BAD_DESCRIPTOR = 8;
    private static final long INVALID = 28;
    private static final long NOT_SUPPORTED = 58;
    private static final long NOT_SEEKABLE = 70;
    private static final long NO_SUCH_FUNCTION = 52;

    private static final int INPUT = 0;
    private static final int OUTPUT = 1;
    private static final int ERROR = 2;
    private static final long MAY_READ = 1 << 1;
    private static final long MAY_WRITE = 1 << 6;

    private static final int REALTIME = 0;
    private static final int MONOTONIC = 1;

    private static final int RANDOM_PIECE = 4096;
    private static final SecureRandom RANDOM = new SecureRandom();

    /// A subscription to a clock in [#poll].
    private static final byte CLOCK_EVENT = 0;

    private static final int SUBSCRIPTION_SIZE = 48;
    private static final int EVENT_SIZE = 32;
    private static final int MAX_SUBSCRIPTIONS = 64;

    private WasiImports() {}

    static void addTo(HostImports all) {
        addAbsent(all);
        addProcess(all);
        add(all, "fd_read", "iiii", WasiImports::read);
        add(all, "fd_write", "iiii", WasiImports::write);
        add(all, "fd_close", "i", (_, _, args) -> stream(args, SUCCESS));
        add(all, "fd_seek", "ilii", (_, _, args) -> stream(args, NOT_SEEKABLE));
        add(all, "fd_tell", "ii", (_, _, args) -> stream(args, NOT_SEEKABLE));
        add(all, "fd_fdstat_set_flags", "ii", (_, _, args) -> stream(args, NOT_SUPPORTED));
        add(all, "fd_fdstat_get", "ii", WasiImports::describe);
        add(
                all,
                "fd_filestat_get",
                "ii",
                (_, memory, args) -> {
                    memory.write((int) args[1], new byte[64]);
                    return stream(args, SUCCESS);
                });
        add(all, "poll_oneoff", "iiii", WasiImports::poll);
    }

    private static void add(
            HostImports all, String name, String parameters, HostImports.Handler handler) {
        all.add(WASI, name, parameters, "i", handler);
    }

    /// What there is no use for without files and sockets.
    private static void addAbsent(HostImports all) {
        for (String each :
                List.of(
                        "fd_advise illi",
                        "fd_allocate ill",
                        "fd_datasync i",
                        "fd_fdstat_set_rights ill",
                        "fd_filestat_set_size il",
                        "fd_filestat_set_times illi",
                        "fd_pread iiili",
                        "fd_prestat_get ii",
                        "fd_prestat_dir_name iii",
                        "fd_pwrite iiili",
                        "fd_readdir iiili",
                        "fd_renumber ii",
                        "fd_sync i",
                        "path_create_directory iii",
                        "path_filestat_get iiiii",
                        "path_filestat_set_times iiiilli",
                        "path_link iiiiiii",
                        "path_open iiiiillii",
                        "path_readlink iiiiii",
                        "path_remove_directory iii",
                        "path_rename iiiiii",
                        "path_symlink iiiii",
                        "path_unlink_file iii",
                        "sock_accept iii",
                        "sock_recv iiiiii",
                        "sock_send iiiii",
                        "sock_shutdown ii")) {
            int space = each.indexOf(' ');
            add(
                    all,
                    each.substring(0, space),
                    each.substring(space + 1),
                    (_, _, _) -> BAD_DESCRIPTOR);
        }
    }

    private static void addProcess(HostImports all) {
        add(
                all,
                "args_get",
                "ii",
                (guest, memory, args) -> strings(guest.arguments(), memory, args));
        add(
                all,
                "args_sizes_get",
                "ii",
                (guest, memory, args) -> sizes(guest.arguments(), memory, args));
        add(
                all,
                "environ_get",
                "ii",
                (guest, memory, args) -> strings(guest.environment(), memory, args));
        add(
                all,
                "environ_sizes_get",
                "ii",
                (guest, memory, args) -> sizes(guest.environment(), memory, args));
        add(
                all,
                "clock_res_get",
                "ii",
                (_, memory, args) -> clock(memory, (int) args[0], (int) args[1], 1));
        add(
                all,
                "clock_time_get",
                "ili",
                (_, memory, args) ->
                        clock(memory, (int) args[0], (int) args[2], now((int) args[0])));
        add(all, "random_get", "ii", WasiImports::random);
        add(all, "sched_yield", "", (_, _, _) -> SUCCESS);
        add(all, "proc_raise", "i", (_, _, _) -> NO_SUCH_FUNCTION);
        all.add(
                WASI,
                "proc_exit",
                "i",
                "",
                (_, _, args) -> {
                    throw new GuestExit(new Outcome.Exited((int) args[0]));
                });
    }

    private static long sizes(List<String> all, Memory memory, long[] args) {
        memory.writeI32((int) args[0], all.size());
        memory.writeI32((int) args[1], all.stream().mapToInt(each -> bytes(each).length).sum());
        return SUCCESS;
    }

    private static long strings(List<String> all, Memory memory, long[] args) {
        int pointer = (int) args[0];
        int to = (int) args[1];
        for (String each : all) {
            byte[] bytes = bytes(each);
            memory.writeI32(pointer, to);
            memory.write(to, bytes);
            pointer += Integer.BYTES;
            to += bytes.length;
        }
        return SUCCESS;
    }

    private static byte[] bytes(String text) {
        return (text + '\0').getBytes(StandardCharsets.UTF_8);
    }

    private static long now(int clock) {
        if (clock == MONOTONIC) {
            return System.nanoTime();
        }
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    private static long clock(Memory memory, int clock, int to, long nanos) {
        if (clock != REALTIME && clock != MONOTONIC) {
            return NOT_SUPPORTED;
        }
        memory.writeLong(to, nanos);
        return SUCCESS;
    }

    private static long random(Guest guest, Memory memory, long[] args) {
        int to = (int) args[0];
        long left = Integer.toUnsignedLong((int) args[1]);
        byte[] piece = new byte[(int) Math.min(left, RANDOM_PIECE)];
        while (left > 0) {
            RANDOM.nextBytes(piece);
            int count = (int) Math.min(left, piece.length);
            memory.write(to, piece, 0, count);
            to += count;
            left -= count;
            requireRunning();
        }
        return SUCCESS;
    }

    private static void requireRunning() {
        if (Thread.currentThread().isInterrupted()) {
            throw new GuestExit(new Outcome.Stopped());
        }
    }

    /// @param args the first is a descriptor
    private static long stream(long[] args, long answer) {
        return isStream((int) args[0]) ? answer : BAD_DESCRIPTOR;
    }

    private static boolean isStream(int descriptor) {
        return descriptor >= INPUT && descriptor <= ERROR;
    }

    private static long read(Guest guest, Memory memory, long[] args) {
        if ((int) args[0] != INPUT) {
            return BAD_DESCRIPTOR;
        }
        int vector = (int) args[1];
        int total = 0;
        for (int i = 0; i < (int) args[2]; i++, vector += 2 * Integer.BYTES) {
            int length = memory.readInt(vector + Integer.BYTES);
            int count = guest.streams().read(memory, memory.readInt(vector), length);
            total += count;
            if (count < Integer.toUnsignedLong(length)) {
                break;
            }
            requireRunning();
        }
        memory.writeI32((int) args[3], total);
        return SUCCESS;
    }

    private static long write(Guest guest, Memory memory, long[] args) {
        int descriptor = (int) args[0];
        if (descriptor != OUTPUT && descriptor != ERROR) {
            return BAD_DESCRIPTOR;
        }
        int vector = (int) args[1];
        int total = 0;
        for (int i = 0; i < (int) args[2]; i++, vector += 2 * Integer.BYTES) {
            int address = memory.readInt(vector);
            int length = memory.readInt(vector + Integer.BYTES);
            if (descriptor == OUTPUT) {
                guest.streams().write(memory, address, length);
            } else {
                guest.streams().writeError(memory, address, length);
            }
            total += length;
            requireRunning();
        }
        memory.writeI32((int) args[3], total);
        return SUCCESS;
    }

    /// Says of a standard stream that it is one, and neither a terminal nor a file.
    private static long describe(Guest guest, Memory memory, long[] args) {
        int descriptor = (int) args[0];
        if (!isStream(descriptor)) {
            return BAD_DESCRIPTOR;
        }
        int to = (int) args[1];
        memory.writeLong(to, 0);
        memory.writeLong(to + 8, descriptor == INPUT ? MAY_READ : MAY_WRITE);
        memory.writeLong(to + 16, 0);
        return SUCCESS;
    }

    /// Waits for the first of some clocks; streams are always ready. Events have the subscription's
    /// user data, no error, and its kind.
    private static long poll(Guest guest, Memory memory, long[] args) {
        int count = (int) args[2];
        if (count < 1 || count > MAX_SUBSCRIPTIONS) {
            return INVALID;
        }
        int first = (int) args[0];
        long least = Long.MAX_VALUE;
        int chosen = first;
        for (int each = first; each < first + count * SUBSCRIPTION_SIZE; ) {
            long nanos = memory.read(each + 8) == CLOCK_EVENT ? untilClock(memory, each) : 0;
            if (nanos < least) {
                least = nanos;
                chosen = each;
            }
            each += SUBSCRIPTION_SIZE;
        }
        sleep(least);
        int to = (int) args[1];
        memory.write(to, new byte[EVENT_SIZE]);
        memory.writeLong(to, memory.readLong(chosen));
        memory.writeByte(to + 10, memory.read(chosen + 8));
        memory.writeI32((int) args[3], 1);
        return SUCCESS;
    }

    private static long untilClock(Memory memory, int subscription) {
        long timeout = memory.readLong(subscription + 24);
        boolean absolute = (memory.readShort(subscription + 40) & 1) != 0;
        long nanos = absolute ? timeout - now(memory.readInt(subscription + 16)) : timeout;
        return Math.max(0, nanos);
    }

    private static void sleep(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException _) {
            throw new GuestExit(new Outcome.Stopped());
        }
    }
}
