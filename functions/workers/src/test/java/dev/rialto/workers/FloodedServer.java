package dev.rialto.workers;

import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.Host;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/// A server whose workers send it more than its heap holds. Prints what became of it.
final class FloodedServer {
    private static final int REQUESTS = 1_000;
    private static final CountDownLatch ANSWERED = new CountDownLatch(REQUESTS);
    private static final CountDownLatch RELEASED = new CountDownLatch(1);
    private static final AtomicInteger AT_ONCE = new AtomicInteger();

    private FloodedServer() {}

    public static void main(String[] args) throws Exception {
        System.out.println(worker(frames(1, arrays(64 << 20))).awaitEnd());
        System.out.println(worker(frames(1, arrays(20 << 20))).awaitEnd());
        requests();
        System.exit(0);
    }

    private static byte[] arrays(int length) {
        byte[] body = new byte[length];
        Arrays.fill(body, (byte) ' ');
        byte[] start = "{\"a\":[[]".getBytes(StandardCharsets.UTF_8);
        System.arraycopy(start, 0, body, 0, start.length);
        for (int i = start.length; i < length - 5; i += 3) {
            body[i] = ',';
            body[i + 1] = '[';
            body[i + 2] = ']';
        }
        body[length - 2] = ']';
        body[length - 1] = '}';
        return body;
    }

    private static void requests() throws Exception {
        byte[] body =
                ("{\"type\":\"request\",\"ask\":1,\"id\":1,\"op\":\"publish\",\"topic\":\"a\",\"payload\":\""
                                + "x".repeat(1 << 20)
                                + "\"}")
                        .getBytes(StandardCharsets.UTF_8);
        CountDownLatch called = new CountDownLatch(1);
        Worker worker = worker(new AfterCall(called, frames(REQUESTS, body)), called);
        Thread.ofPlatform().daemon().start(() -> call(worker));
        int last = 0;
        for (int stable = 0; stable < 10 || last == 0; stable++) {
            Thread.sleep(50);
            int now = AT_ONCE.get();
            stable = now == last ? stable : 0;
            last = now;
        }
        System.out.println("at most " + last + " requests at once");
        RELEASED.countDown();
        boolean all = ANSWERED.await(60, TimeUnit.SECONDS);
        System.out.println(
                all ? "answered " + REQUESTS : "missing " + ANSWERED.getCount() + worker.isAlive());
    }

    private static void call(Worker worker) {
        worker.call(
                0,
                InterfaceDescriptor.undeclared("a", "b", "c", new Binding.Job("d")),
                new Invocation(
                        Json.object(),
                        new Caller.Anonymous(),
                        Optional.empty(),
                        "request",
                        Duration.ofMinutes(5),
                        host()),
                () -> "late");
    }

    /// Each request takes until all that are read at once are there.
    private static Host host() {
        return (Host)
                Proxy.newProxyInstance(
                        Host.class.getClassLoader(),
                        new Class<?>[] {Host.class},
                        (_, _, _) -> {
                            AT_ONCE.incrementAndGet();
                            RELEASED.await();
                            return null;
                        });
    }

    private static InputStream frames(int count, byte[] body) {
        return new SequenceInputStream(
                Collections.enumeration(
                        IntStream.range(0, count)
                                .mapToObj(_ ->
                                        (InputStream)
                                                new SequenceInputStream(
                                                        new ByteArrayInputStream(
                                                                ByteBuffer.allocate(Integer.BYTES)
                                                                        .putInt(body.length)
                                                                        .array()),
                                                        new ByteArrayInputStream(body)))
                                .toList()));
    }

    private static Worker worker(InputStream in) throws Exception {
        return worker(in, new CountDownLatch(1));
    }

    /// @param written counts down when the worker is sent something
    private static Worker worker(InputStream in, CountDownLatch written) throws Exception {
        Process process = new ProcessBuilder("sleep", "600").start();
        return Worker.start(
                () ->
                        new WorkerProcess(
                                process,
                                in,
                                new Answers(written),
                                new PrintedLines(process.getErrorStream())),
                new Worker.Handlers(new HostRequests(), (_, _, _) -> {}, _ -> Optional.empty()),
                OutgoingFrames.maxOfWorker(),
                WorkerBudgets.ofHeap(DeclaredMemory.ofMachine()));
    }

    /// Nothing until there is a call.
    private static final class AfterCall extends InputStream {
        private final CountDownLatch called;
        private final InputStream in;

        AfterCall(CountDownLatch called, InputStream in) {
            this.called = called;
            this.in = in;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            try {
                called.await();
            } catch (InterruptedException stopped) {
                throw new InterruptedIOException();
            }
            int count = in.read(into, offset, length);
            if (count < 0) {
                // A worker that has nothing to say and does not end.
                LockSupport.park();
            }
            return count;
        }
    }

    /// Counts the answers, which come in pieces.
    private static final class Answers extends OutputStream {
        private static final String ANSWER = "\"type\":\"answer\"";

        private final CountDownLatch written;
        private final StringBuilder unread = new StringBuilder();

        Answers(CountDownLatch written) {
            this.written = written;
        }

        @Override
        public void write(int each) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(byte[] piece, int offset, int length) {
            unread.append(new String(piece, offset, length, StandardCharsets.ISO_8859_1));
            for (int at = unread.indexOf(ANSWER); at >= 0; at = unread.indexOf(ANSWER)) {
                unread.delete(0, at + ANSWER.length());
                ANSWERED.countDown();
            }
            written.countDown();
        }
    }
}
