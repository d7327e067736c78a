package dev.rialto.jvmworker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Json;
import dev.rialto.workers.Frames;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ServerLinkTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    /// A connection that takes nothing until it is opened.
    private static final class Dammed extends OutputStream {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);
        private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            reached.countDown();
            try {
                opened.await();
            } catch (InterruptedException stopped) {
                throw new InterruptedIOException();
            }
            sent.write(bytes, from, length);
        }
    }

    @Test
    void countsAsUnsentWhatItHasNotFlushed() throws Exception {
        var out = new Dammed();
        var link = new ServerLink(InputStream.nullInputStream(), out);
        link.send(Json.object().put("type", "log"));
        out.reached.await();

        assertThat(link.isSent()).isFalse();
        out.opened.countDown();
        link.awaitSent(LONG);

        assertThat(link.isSent()).isTrue();
        assertThat(
                        Frames.read(
                                new java.io.DataInputStream(
                                        new ByteArrayInputStream(out.sent.toByteArray()))))
                .contains(Json.object().put("type", "log"));
    }
}
