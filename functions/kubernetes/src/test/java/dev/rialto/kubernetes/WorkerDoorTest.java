package dev.rialto.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.jvmworker.JvmWorker;
import dev.rialto.workers.Frames;
import dev.rialto.workers.LinkKey;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A worker that listens takes the server's connection and no other one.
class WorkerDoorTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    @TempDir private Path folder;

    @Test
    void takesTheFirstConnectionThatHasItsKey() throws Exception {
        RevisionKey key = RevisionKey.create();
        Files.writeString(folder.resolve(LinkKey.CERTIFICATE_FILE), key.certificate());
        Files.writeString(folder.resolve(LinkKey.KEY_FILE), key.key());
        int port = freePort();
        Process worker = worker(port);
        try {
            List<Socket> idle = new ArrayList<>();
            idle.add(connect(port));
            // Those that only connect, and those with other keys, keep nobody out.
            connect(port).close();
            idle.add(connect(port));
            SSLContext stranger = RevisionKey.create().context();
            assertThatThrownBy(() -> hello(stranger, port)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> plain(port)).isInstanceOf(IOException.class);

            try (SSLSocket server = hello(key.context(), port)) {
                assertThat(server.getSession().getProtocol()).isEqualTo("TLSv1.3");
                assertThatThrownBy(() -> hello(key.context(), port))
                        .isInstanceOf(IOException.class);
            }
            assertThat(worker.waitFor()).isZero();
            for (Socket each : idle) {
                each.close();
            }
        } finally {
            worker.destroyForcibly();
        }
    }

    private Process worker(int port) throws IOException {
        var builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        JvmWorker.class.getName());
        builder.environment().put(LinkKey.LISTEN_VARIABLE, "127.0.0.1:" + port);
        builder.environment().put(LinkKey.FOLDER_VARIABLE, folder.toString());
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, HERE)) {
            return socket.getLocalPort();
        }
    }

    /// The worker takes a moment to start.
    private static Socket connect(int port) throws Exception {
        for (int tries = 1; ; tries++) {
            try {
                return new Socket(HERE, port);
            } catch (IOException notYet) {
                if (tries == 300) {
                    throw notYet;
                }
                Thread.sleep(100);
            }
        }
    }

    /// Connects as the server does, and reads the first frame.
    private static SSLSocket hello(SSLContext context, int port) throws IOException {
        var socket = (SSLSocket) context.getSocketFactory().createSocket(HERE, port);
        boolean greeted = false;
        try {
            String type =
                    Frames.read(new DataInputStream(socket.getInputStream()))
                            .orElseThrow(() -> new IOException("closed"))
                            .path("type")
                            .asString("");
            assertThat(type).isEqualTo("hello");
            greeted = true;
            return socket;
        } finally {
            if (!greeted) {
                socket.close();
            }
        }
    }

    /// A client without TLS is told nothing.
    private static void plain(int port) throws IOException {
        try (var socket = new Socket(HERE, port)) {
            socket.getOutputStream().write(new byte[] {0, 0, 0, 2, '{', '}'});
            if (Frames.read(new DataInputStream(socket.getInputStream())).isEmpty()) {
                throw new IOException("closed");
            }
        }
    }
}
