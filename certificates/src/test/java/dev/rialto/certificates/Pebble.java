package dev.rialto.certificates;

import dev.rialto.testing.DebianProgram;
import dev.rialto.testing.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The certificate authority that Let's Encrypt made for tests. All domains lead to this machine.
final class Pebble implements AutoCloseable {
    private final Path folder;
    private final List<Process> running;

    private Pebble(Path folder, List<Process> running) {
        this.folder = folder;
        this.running = running;
    }

    /// Where the authority is to be, before it is there.
    record Place(Path program, Path folder, int port) {
        URI directory() {
            return URI.create("https://127.0.0.1:" + port + "/dir");
        }

        /// The certificate that its address has.
        Path ca() {
            return folder.resolve("ca.pem");
        }
    }

    /// Empty on systems without it.
    static Optional<Place> place(Path folder) {
        return DebianProgram.find("pebble").map(program -> new Place(program, folder, freePort()));
    }

    /// @param httpPort where it looks for answers to challenges
    static Pebble start(Place place, int httpPort) throws IOException {
        var authority = new TestAuthority();
        TestAuthority.Issued own = authority.issue(Duration.ofDays(1), "127.0.0.1");
        Files.writeString(place.ca(), authority.pem());
        Files.writeString(place.folder().resolve("own.pem"), own.certificatePem());
        Files.writeString(place.folder().resolve("own.key"), own.keyPem());
        int names = freePort();
        Files.writeString(
                place.folder().resolve("pebble.json"),
                """
                {"pebble": {"listenAddress": "127.0.0.1:%d", "managementListenAddress": "127.0.0.1:%d",
                 "certificate": "%s/own.pem", "privateKey": "%s/own.key", "httpPort": %d, "tlsPort": %d,
                 "ocspResponderURL": "", "externalAccountBindingRequired": false}}
                """
                        .formatted(
                                place.port(),
                                freePort(),
                                place.folder(),
                                place.folder(),
                                httpPort,
                                freePort()));
        Process resolver =
                run(
                        place,
                        Map.of(),
                        place.program().resolveSibling("pebble-challtestsrv").toString(),
                        "-dns01",
                        "127.0.0.1:" + names,
                        "-defaultIPv4",
                        "127.0.0.1",
                        "-defaultIPv6",
                        "",
                        "-http01",
                        "",
                        "-https01",
                        "",
                        "-tlsalpn01",
                        "",
                        "-management",
                        "127.0.0.1:" + freePort());
        Process authorityProcess =
                run(
                        place,
                        Map.of("PEBBLE_VA_NOSLEEP", "1"),
                        place.program().toString(),
                        "-config",
                        place.folder().resolve("pebble.json").toString(),
                        "-dnsserver",
                        "127.0.0.1:" + names);
        var pebble = new Pebble(place.folder(), List.of(authorityProcess, resolver));
        pebble.await(place.port());
        return pebble;
    }

    private static Process run(Place place, Map<String, String> environment, String... command)
            throws IOException {
        var builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        place.folder().resolve("log").toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private void await(int authority) throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (running.stream().allMatch(Process::isAlive) && System.nanoTime() < end) {
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), authority)) {
                return;
            } catch (IOException _) {
                Thread.onSpinWait();
            }
        }
        close();
        throw new AssertionError("pebble did not start:\n" + log());
    }

    String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    private static int freePort() {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    @Override
    public void close() {
        running.forEach(Process::destroy);
        running.forEach(each -> each.onExit().join());
    }
}
