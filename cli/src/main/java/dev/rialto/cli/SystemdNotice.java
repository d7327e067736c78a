package dev.rialto.cli;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Tells systemd how this service is doing, when systemd started it with `Type=notify`: one
/// datagram to the socket that the environment names. Source: the protocol in sd_notify(3). Java
/// has no datagrams of local sockets, so this calls the C library.
///
/// @param socket a path, or a name in the abstract namespace when it begins with `@`
record SystemdNotice(String socket) {
    static final String READY = "READY=1";
    static final String STOPPING = "STOPPING=1";

    private static final Logger LOG = Logger.getLogger(SystemdNotice.class.getName());
    private static final String VARIABLE = "NOTIFY_SOCKET";
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int FAMILY_SIZE = 2;

    /// Of `sun_path` in Linux's `sockaddr_un`.
    private static final int MAX_NAME = 108;

    /// Empty when this process was not started by systemd, or systemd does not wait for it.
    static Optional<SystemdNotice> of(Map<String, String> environment) {
        return Optional.ofNullable(environment.get(VARIABLE))
                .filter(name -> name.startsWith("/") || name.startsWith("@"))
                .filter(name -> name.length() > 1 && name.length() < MAX_NAME)
                .map(SystemdNotice::new);
    }

    /// A failure is logged: systemd then treats the service as one that did not start.
    void send(String state) {
        try (Arena memory = Arena.ofConfined()) {
            var library = new Sockets();
            int descriptor = library.open();
            try {
                byte[] message = state.getBytes(StandardCharsets.UTF_8);
                MemorySegment address = address(memory);
                long sent =
                        library.send(
                                descriptor,
                                memory.allocateFrom(ValueLayout.JAVA_BYTE, message),
                                address);
                if (sent != message.length) {
                    LOG.log(Level.WARNING, "can''t notify systemd: {0}", state);
                }
            } finally {
                library.close(descriptor);
            }
        } catch (Throwable failure) {
            // A method handle declares no narrower type.
            LOG.log(Level.WARNING, "can't notify systemd", failure);
        }
    }

    private MemorySegment address(Arena memory) {
        byte[] name = socket.getBytes(StandardCharsets.UTF_8);
        boolean isAbstract = socket.startsWith("@");
        if (isAbstract) {
            name[0] = 0;
        }
        MemorySegment address =
                memory.allocate(FAMILY_SIZE + name.length + (isAbstract ? 0L : 1L), FAMILY_SIZE);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, FAMILY_SIZE, name.length);
        return address;
    }

    /// Three functions of the C library.
    private static final class Sockets {
        private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

        private final MethodHandle socket =
                find("socket", FunctionDescriptor.of(INT, INT, INT, INT));
        private final MethodHandle sendto =
                find(
                        "sendto",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_LONG,
                                INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_LONG,
                                INT,
                                ValueLayout.ADDRESS,
                                INT));
        private final MethodHandle close = find("close", FunctionDescriptor.of(INT, INT));

        @SuppressWarnings("restricted") // native code
        private static MethodHandle find(String name, FunctionDescriptor type) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
        }

        int open() throws Throwable {
            return (int) socket.invokeExact(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        }

        long send(int descriptor, MemorySegment message, MemorySegment address) throws Throwable {
            return (long)
                    sendto.invokeExact(
                            descriptor,
                            message,
                            message.byteSize(),
                            MSG_NOSIGNAL,
                            address,
                            (int) address.byteSize());
        }

        void close(int descriptor) throws Throwable {
            int _ = (int) close.invokeExact(descriptor);
        }
    }
}
