package dev.rialto.files;

import static dev.rialto.files.FilesFixture.ID;
import static dev.rialto.files.FilesFixture.assertError;
import static dev.rialto.testing.TestFrontDoor.SESSION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.testing.TestFrontDoor;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Uploads that ClamAV's daemon looks into: here a double that reads INSTREAM byte by byte and
/// finds the test virus that all scanners know.
class ClamAvTest {
    private static final String EICAR =
            "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

    @TempDir private Path folder;
    private Daemon daemon;
    private FolderStorage storage;
    private FilesFixture files;
    private TestFrontDoor door;

    @BeforeEach
    void open() throws IOException {
        daemon = new Daemon();
        files = new FilesFixture(folder);
        storage = FolderStorage.open(folder, 0, Clock.systemUTC());
        var scanner = ClamAv.at("127.0.0.1:" + daemon.port(), Duration.ofSeconds(20));
        var checked =
                new StoredFiles(
                        storage,
                        FilesFixture.database(),
                        OptionalLong.empty(),
                        () -> Optional.of(scanner));
        door = files.open(checked, FilesFixture.settings(FilesSettings.Care.NONE));
    }

    @AfterEach
    void close() throws IOException {
        door.close();
        storage.close();
        files.close();
        daemon.close();
    }

    @Test
    void storesWhatIsHarmless() {
        String large = "harmless ".repeat(100_000);
        HttpResponse<String> answer = upload(large);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(daemon.received).isEqualTo(large.length());
    }

    @Test
    void keepsNothingOfAFileWithMalware() {
        HttpResponse<String> answer = upload("x".repeat(100_000) + EICAR);
        assertError(answer, 400, 130);
        assertThat(answer.body()).contains("was rejected: it contains Eicar-Test-Signature");
        files.assertNothingStored();
    }

    @Test
    void acceptsNothingWhileTheScannerIsAway() throws IOException {
        daemon.close();
        assertError(upload("hello"), 503, 1503);
        files.assertNothingStored();
    }

    @Test
    void acceptsNothingThatTheScannerDoesNotFinish() {
        for (String trouble : new String[] {"too-large", "hang-up"}) {
            assertError(upload(trouble), 503, 1503);
        }
        files.assertNothingStored();
    }

    @Test
    void rejectsAddressesThatAreNotValid() {
        for (String address :
                new String[] {"localhost", ":3310", "localhost:", "localhost:70000"}) {
            assertThatThrownBy(() -> ClamAv.at(address, Duration.ofSeconds(1)))
                    .hasMessageContaining("files.clamav must be HOST:PORT");
        }
    }

    private HttpResponse<String> upload(String content) {
        return door.send("POST", "/files/x.txt", content, ID, SESSION);
    }

    /// Speaks as clamd does.
    private static final class Daemon implements AutoCloseable {
        private final ServerSocket socket =
                new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        volatile int received;

        Daemon() throws IOException {
            Thread.ofVirtual().start(this::serve);
        }

        int port() {
            return socket.getLocalPort();
        }

        private void serve() {
            while (!socket.isClosed()) {
                try (Socket client = socket.accept()) {
                    answer(client);
                } catch (IOException gone) {
                    // The next one may fare better.
                }
            }
        }

        private void answer(Socket client) throws IOException {
            var in = new DataInputStream(client.getInputStream());
            byte[] command = in.readNBytes(10);
            if (!new String(command, StandardCharsets.US_ASCII).equals("zINSTREAM\0")) {
                throw new EOFException("another command");
            }
            var content = new StringBuilder();
            for (int length; (length = in.readInt()) > 0; ) {
                content.append(new String(in.readNBytes(length), StandardCharsets.US_ASCII));
            }
            received = content.length();
            if (content.indexOf("hang-up") >= 0) {
                return;
            }
            String verdict =
                    content.indexOf(EICAR) >= 0
                            ? "stream: Eicar-Test-Signature FOUND"
                            : content.indexOf("too-large") >= 0
                                    ? "INSTREAM size limit exceeded. ERROR"
                                    : "stream: OK";
            client.getOutputStream().write((verdict + "\0").getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
