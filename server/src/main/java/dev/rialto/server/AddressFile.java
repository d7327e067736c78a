package dev.rialto.server;

import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The file in a data folder that tells where its server listens, for the commands beside it. It is
/// there while the server runs; one that a killed server left is told by its process, which is
/// gone.
public final class AddressFile implements AutoCloseable {
    private static final String NAME = "server.address";

    private final Path file;
    private final String content;

    private AddressFile(Path file, String content) {
        this.file = file;
        this.content = content;
    }

    /// Writes the file.
    ///
    /// @param mount the path of the API, e.g. `/v1`
    /// @param host as it is listened on; an address that stands for all of the machine becomes the
    ///   loopback address
    static AddressFile write(Path folder, String host, int port, String mount) {
        String shown = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        String root =
                "http://" + (shown.contains(":") ? "[" + shown + "]" : shown) + ":" + port + mount;
        ProcessHandle self = ProcessHandle.current();
        var written =
                new AddressFile(
                        folder.resolve(NAME), root + "\n" + self.pid() + "\n" + begun(self) + "\n");
        try {
            Path part = Files.createTempFile(folder, NAME, ".part");
            Files.writeString(part, written.content);
            Files.move(part, written.file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            throw new SetupException(
                    "can't write " + written.file + ": " + failure.getMessage(), failure);
        }
        return written;
    }

    /// The address of the server that runs on a data folder, down to `/v1`.
    public static Optional<URI> read(Path folder) {
        return running(folder).map(Running::address);
    }

    /// The process of the server that runs on a data folder.
    static Optional<Long> process(Path folder) {
        return running(folder).map(Running::process);
    }

    private record Running(URI address, long process) {}

    private static Optional<Running> running(Path folder) {
        try {
            List<String> lines = Files.readAllLines(folder.resolve(NAME));
            if (lines.size() < 3) {
                return Optional.empty();
            }
            return ProcessHandle.of(Long.parseLong(lines.get(1)))
                    .filter(process -> begun(process).equals(lines.get(2)))
                    .map(process -> new Running(URI.create(lines.get(0)), process.pid()));
        } catch (IOException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    /// When a process began: another one may have its number today.
    private static String begun(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toString).orElse("");
    }

    /// Removes the file, unless a younger server on the same folder has written its own.
    @Override
    public void close() {
        try {
            if (Files.exists(file) && Files.readString(file).equals(content)) {
                Files.delete(file);
            }
        } catch (IOException failure) {
            throw new SetupException("can't remove " + file, failure);
        }
    }
}
