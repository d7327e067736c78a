package dev.rialto.workers;

import dev.rialto.functions.spi.Host;
import dev.rialto.kernel.Span;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Answers what code in a worker asks of the server.
public interface WorkerRequests {
    /// Answers a request.
    ///
    /// @param request with `ask`, the number that the answer repeats; closed here once its memory
    ///   is not needed any more
    /// @param call that it is made for, if the worker names one that is under way
    /// @param answer takes the response; may be called later, on any thread
    void answer(Incoming request, Optional<Call> call, Consumer<ObjectNode> answer);

    /// A call under way in a worker.
    final class Call implements AutoCloseable {
        private static final Logger LOG = Logger.getLogger(Call.class.getName());

        private final Host host;
        private final Span span;
        private @Nullable OutputStream stream;
        private @Nullable Thread writer;
        private boolean closed;

        Call(Host host, Span span) {
            this.host = host;
            this.span = span;
        }

        public Host host() {
            return host;
        }

        public Span span() {
            return span;
        }

        /// Opens the stream of an endpoint's answer.
        ///
        /// @return whether anybody reads it
        synchronized boolean open(ObjectNode head) throws IOException {
            if (closed || stream != null) {
                return false;
            }
            stream = host.stream(head).orElse(null);
            return stream != null;
        }

        /// Writes a piece of the stream; blocks as long as its reader is slow, but not longer than
        /// the call.
        void write(byte[] piece) throws IOException {
            OutputStream open;
            synchronized (this) {
                if (stream == null || writer != null) {
                    throw new IOException("there is no stream, or it takes another piece");
                }
                open = stream;
                writer = Thread.currentThread();
            }
            try {
                open.write(piece);
            } finally {
                synchronized (this) {
                    writer = null;
                }
            }
        }

        /// Ends the stream, if there is one.
        void end() throws IOException {
            OutputStream open;
            synchronized (this) {
                open = stream;
                stream = null;
                if (writer != null) {
                    writer.interrupt();
                }
            }
            if (open != null) {
                open.close();
            }
        }

        @Override
        public void close() {
            synchronized (this) {
                closed = true;
            }
            try {
                end();
            } catch (IOException gone) {
                LOG.log(Level.FINE, "nobody reads what a function streams", gone);
            }
        }
    }
}
