package dev.rialto.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The streams of server-sent events that are under way.
final class EventStreams {
    /// Names and values, beside those every answer has.
    static final String CONTENT_TYPE = "text/event-stream; charset=utf-8";

    private final Set<Thread> running = new HashSet<>();
    private boolean stopped;

    /// Runs a body to its end, or to that of the server.
    ///
    /// @throws IOException when the client has gone
    void run(EventBody body, OutputStream out, Pace pace) throws IOException {
        if (!begin()) {
            return;
        }
        var stream = new Stream(out, pace);
        try {
            // The client learns that it is connected before there is an event.
            stream.comment("");
            body.run(stream);
        } catch (InterruptedException interrupt) {
            if (!isStopped()) {
                throw new IOException("the connection was closed", interrupt);
            }
        } finally {
            end();
        }
        if (stream.broken) {
            throw new IOException("the client has disconnected");
        }
    }

    /// Ends all streams, and those that are yet to begin.
    synchronized void stop() {
        stopped = true;
        running.forEach(Thread::interrupt);
    }

    synchronized int count() {
        return running.size();
    }

    synchronized boolean isStopped() {
        return stopped;
    }

    private synchronized boolean begin() {
        if (!stopped) {
            running.add(Thread.currentThread());
        }
        return !stopped;
    }

    private synchronized void end() {
        running.remove(Thread.currentThread());
        if (stopped) {
            // It was meant for the body; the end of the stream still has to be written.
            Thread.interrupted();
        }
    }

    private static final class Stream implements Events {
        private final OutputStream out;
        private final Pace pace;
        private boolean broken;

        Stream(OutputStream out, Pace pace) {
            this.out = out;
            this.pace = pace;
        }

        @Override
        public void send(List<Event> events) throws IOException {
            var text = new StringBuilder();
            for (var event : events) {
                if (!event.id().isEmpty()) {
                    text.append("id: ").append(event.id()).append('\n');
                }
                if (!event.type().isEmpty()) {
                    text.append("event: ").append(event.type()).append('\n');
                }
                appendLines(text, "data: ", event.data());
                text.append('\n');
            }
            write(text);
        }

        @Override
        public void comment(String comment) throws IOException {
            var text = new StringBuilder();
            appendLines(text, comment.isEmpty() ? ":" : ": ", comment);
            write(text.append('\n'));
        }

        @Override
        public void mark(String id) throws IOException {
            var event = new Event(id, "", "");
            write(new StringBuilder("id: ").append(event.id()).append("\n\n"));
        }

        private static void appendLines(StringBuilder text, String prefix, String lines) {
            int start = 0;
            for (int i = 0; i <= lines.length(); i++) {
                if (i == lines.length() || lines.charAt(i) == '\n' || lines.charAt(i) == '\r') {
                    text.append(prefix).append(lines, start, i).append('\n');
                    boolean both =
                            i + 1 < lines.length()
                                    && lines.charAt(i) == '\r'
                                    && lines.charAt(i + 1) == '\n';
                    i += both ? 1 : 0;
                    start = i + 1;
                }
            }
        }

        private void write(StringBuilder text) throws IOException {
            if (broken) {
                throw new IOException("the client has disconnected");
            }
            if (text.isEmpty()) {
                return;
            }
            broken = true;
            try {
                out.write(text.toString().getBytes(StandardCharsets.UTF_8));
                out.flush();
                pace.unbounded();
            } catch (RuntimeException failure) {
                throw new IOException("the client has disconnected", failure);
            }
            broken = false;
        }
    }
}
