package dev.rialto.cli;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// The requests that applications send most, in such number that the JDK knows from them how the
/// code that answers is used: a server that starts with this knowledge compiles that code at once
/// instead of counting its calls first. Several clients send them at the same time, over
/// connections that stay, as reads and writes that meet take other ways than those that don't.
final class TrainingLoad {
    private static final int CLIENTS = 8;

    /// Of one client.
    private static final int ROUNDS = 500;

    private static final int OBJECTS = 200;
    private static final int MAX_TRIES = 50;

    private final int port;
    private final String app;

    TrainingLoad(int port, String app) {
        this.port = port;
        this.app = app;
    }

    /// @throws IllegalStateException if a request is not answered as it should be
    void run() {
        List<FutureTask<Boolean>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            var client =
                    new FutureTask<Boolean>(() -> {
                        new Client(number).run();
                        return true;
                    });
            clients.add(client);
            Thread.ofVirtual().start(client);
        }
        for (FutureTask<Boolean> each : clients) {
            try {
                each.get();
            } catch (ExecutionException failed) {
                throw new IllegalStateException(failed.getCause());
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /// One connection.
    private final class Client {
        private final Random random;
        private final List<String> ids = new ArrayList<>();
        private String session = "";

        Client(int number) {
            random = new Random(number);
        }

        void run() throws IOException {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setTcpNoDelay(true);
                var in = new BufferedInputStream(socket.getInputStream());
                signUp(socket, in);
                for (int i = 0; i < OBJECTS / CLIENTS; i++) {
                    create(socket, in);
                }
                for (int round = 0; round < ROUNDS; round++) {
                    use(socket, in, round);
                }
            }
        }

        private void signUp(Socket socket, InputStream in) throws IOException {
            String name = "trainee" + random.nextLong();
            String who = "{\"username\":\"" + name + "\",\"password\":\"" + name + "\"}";
            send(socket, in, "POST", "/users", who);
            session = between(send(socket, in, "POST", "/login", who), "\"sessionToken\":\"");
        }

        private void create(Socket socket, InputStream in) throws IOException {
            String body =
                    """
                    {"name":"entry %d","score":%d,"count":0,"active":true,\
                    "happened":{"__type":"Date","iso":"2026-03-04T05:06:07.089Z"},\
                    "tags":["tag1","tag2"],"details":{"size":3,"note":"a note"}}\
                    """
                            .formatted(random.nextInt(1_000), random.nextInt(1_000));
            ids.add(between(send(socket, in, "POST", "/classes/Hot", body), "\"objectId\":\""));
        }

        private void use(Socket socket, InputStream in, int round) throws IOException {
            for (int i = 0; i < 3; i++) {
                send(socket, in, "GET", "/classes/Hot/" + id(), "");
            }
            int from = random.nextInt(900);
            String where = "{\"score\":{\"$gte\":" + from + ",\"$lt\":" + (from + 100) + "}}";
            String list = "/classes/Hot?limit=20&order=score&where=";
            send(socket, in, "GET", list + URLEncoder.encode(where, StandardCharsets.UTF_8), "");
            String increment = "{\"count\":{\"__op\":\"Increment\",\"amount\":1}}";
            send(socket, in, "PUT", "/classes/Hot/" + id(), increment);
            if (round % 2 == 0) {
                send(socket, in, "PUT", "/classes/Hot/" + id(), "{\"name\":\"changed\"}");
                create(socket, in);
            } else {
                send(socket, in, "DELETE", "/classes/Hot/" + ids.removeLast(), "");
            }
            if (round % 10 == 0) {
                send(socket, in, "GET", "/users/me", "");
                send(socket, in, "GET", "/classes/Hot?count=1&limit=5&order=-createdAt", "");
            }
        }

        private String id() {
            return ids.get(random.nextInt(ids.size()));
        }

        private String send(Socket socket, InputStream in, String method, String path, String body)
                throws IOException {
            byte[] content = body.getBytes(StandardCharsets.UTF_8);
            var head = new StringBuilder(300);
            head.append(method).append(" /v1").append(path).append(" HTTP/1.1\r\n");
            head.append("Host: 127.0.0.1\r\nX-Parse-Application-Id: ").append(app).append("\r\n");
            if (!session.isEmpty() && (path.equals("/users/me") || random.nextBoolean())) {
                head.append("X-Parse-Session-Token: ").append(session).append("\r\n");
            }
            if (content.length > 0) {
                head.append("Content-Type: application/json\r\n");
            }
            head.append("Content-Length: ").append(content.length).append("\r\n\r\n");
            for (int tries = 1; ; tries++) {
                socket.getOutputStream().write((head + body).getBytes(StandardCharsets.UTF_8));
                Answer answer = answer(in);
                if (answer.isDone()) {
                    return answer.body();
                }
                if (!answer.isBusy() || tries == MAX_TRIES) {
                    throw new IOException("refused: " + answer.status() + " " + answer.body());
                }
                pause();
            }
        }
    }

    /// @param status the first line
    private record Answer(String status, String body) {
        boolean isDone() {
            return status.startsWith("HTTP/1.1 2");
        }

        /// Whether the server, on a busy machine, asks for another try.
        boolean isBusy() {
            return status.startsWith("HTTP/1.1 503");
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(200);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    private static Answer answer(InputStream in) throws IOException {
        int length = 0;
        String status = line(in);
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            }
        }
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        return new Answer(status, body);
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException();
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    /// What stands after something, up to the next quotation mark.
    private static String between(String answer, String before) {
        int begin = answer.indexOf(before) + before.length();
        if (begin < before.length()) {
            throw new IllegalStateException("an unexpected answer: " + answer);
        }
        return answer.substring(begin, answer.indexOf('"', begin));
    }
}
