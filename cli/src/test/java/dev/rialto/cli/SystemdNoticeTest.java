package dev.rialto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class SystemdNoticeTest {
    @TempDir private Path folder;

    @Test
    void sendsTheStateToTheSocketThatTheEnvironmentNames() throws Throwable {
        String path = folder.resolve("notify").toString();
        try (var systemd = new Receiver(path)) {
            notice(path).send(SystemdNotice.READY);
            notice(path).send(SystemdNotice.STOPPING);

            assertThat(systemd.receive()).isEqualTo("READY=1");
            assertThat(systemd.receive()).isEqualTo("STOPPING=1");
        }
    }

    @Test
    void knowsNamesInTheAbstractNamespace() throws Throwable {
        String name = "rialto-notice-" + ProcessHandle.current().pid();
        try (var systemd = new Receiver("\0" + name)) {
            notice("@" + name).send(SystemdNotice.READY);

            assertThat(systemd.receive()).isEqualTo("READY=1");
        }
    }

    @Test
    void isSilentWhenNobodyWaits() {
        notice(folder.resolve("missing").toString()).send(SystemdNotice.READY);

        assertThat(SystemdNotice.of(Map.of())).isEmpty();
        for (String wrong : new String[] {"", "@", "relative", "/" + "x".repeat(200)}) {
            assertThat(SystemdNotice.of(Map.of("NOTIFY_SOCKET", wrong))).isEmpty();
        }
    }

    private static SystemdNotice notice(String socket) {
        return SystemdNotice.of(Map.of("NOTIFY_SOCKET", socket)).orElseThrow();
    }

    /// A bound datagram socket, as systemd has one.
    private static final class Receiver implements AutoCloseable {
        private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

        private final Arena memory = Arena.ofConfined();
        private final int descriptor;

        /// @param name as the kernel takes it: an abstract one begins with a zero
        Receiver(String name) throws Throwable {
            descriptor =
                    (int) find("socket", FunctionDescriptor.of(INT, INT, INT, INT)).invoke(1, 2, 0);
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            MemorySegment address = memory.allocate(2L + bytes.length, 2);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) 1);
            MemorySegment.copy(bytes, 0, address, ValueLayout.JAVA_BYTE, 2, bytes.length);
            int bound =
                    (int)
                            find("bind", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT))
                                    .invoke(descriptor, address, (int) address.byteSize());
            assertThat(bound).isZero();
        }

        String receive() throws Throwable {
            MemorySegment buffer = memory.allocate(100);
            long size =
                    (long)
                            find(
                                            "recv",
                                            FunctionDescriptor.of(
                                                    ValueLayout.JAVA_LONG,
                                                    INT,
                                                    ValueLayout.ADDRESS,
                                                    ValueLayout.JAVA_LONG,
                                                    INT))
                                    .invoke(descriptor, buffer, 100L, 0x40);
            assertThat(size).isPositive();
            return new String(
                    buffer.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        }

        @SuppressWarnings("restricted") // native code
        private static MethodHandle find(String name, FunctionDescriptor type) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
        }

        @Override
        public void close() {
            try {
                int _ = (int) find("close", FunctionDescriptor.of(INT, INT)).invoke(descriptor);
            } catch (Throwable failure) {
                throw new IllegalStateException(failure);
            } finally {
                memory.close();
            }
        }
    }
}
