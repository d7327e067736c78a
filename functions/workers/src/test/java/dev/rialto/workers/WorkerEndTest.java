package dev.rialto.workers;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A worker whose connection stays open at its other end, as descendants can keep it.
class WorkerEndTest {
    @TempDir private Path folder;

    private SocketChannel kept;
    private SocketChannel link;

    @BeforeEach
    void connect() throws IOException {
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            var address = UnixDomainSocketAddress.of(folder.resolve("socket"));
            server.bind(address);
            kept = SocketChannel.open(address);
            link = server.accept();
        }
    }

    @AfterEach
    void disconnect() throws IOException {
        kept.close();
        link.close();
    }

    @Test
    void endsWithItsProcess() throws Exception {
        Worker worker = worker(process("exit 7"));
        assertThat(end(worker)).isEqualTo("the worker ended (exit code 7)");
        assertThat(link.isOpen()).isFalse();
    }

    @Test
    void killsDescendants() throws Exception {
        Process process = process("sleep 600 & sleep 600 & echo started; wait");
        assertThat(process.inputReader().readLine()).isEqualTo("started");
        Worker worker = worker(process);
        List<ProcessHandle> all = worker.processes().handles();
        assertThat(all).hasSize(3);
        worker.close();
        end(worker);
        all.forEach(each -> each.onExit().orTimeout(60, SECONDS).join());
    }

    private static Process process(String script) throws IOException {
        return new ProcessBuilder("sh", "-c", script).start();
    }

    private Worker worker(Process process) throws IOException {
        return Worker.start(
                () ->
                        new WorkerProcess(
                                process,
                                Channels.newInputStream(link),
                                Channels.newOutputStream(link),
                                new PrintedLines(process.getErrorStream())),
                new Worker.Handlers(new HostRequests(), (_, _, _) -> {}, _ -> Optional.empty()),
                OutgoingFrames.maxOfWorker(),
                WorkerBudgets.ofHeap(DeclaredMemory.ofMachine()));
    }

    private static String end(Worker worker) throws Exception {
        return CompletableFuture.supplyAsync(worker::awaitEnd).get(60, SECONDS);
    }
}
