package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Json;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import dev.rialto.store.Sql;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/// A server that sends codes, its clients, and what it would have sent.
final class CodesServer implements AutoCloseable {
    private static final Pattern CODE = Pattern.compile("\\d{6}");
    private static final Pattern TOKEN = Pattern.compile("token=([0-9a-f]+)");

    private final AtomicInteger clients = new AtomicInteger();
    private final AtomicInteger numbers = new AtomicInteger();
    final TestServer server;

    CodesServer(Map<String, String> settings) throws IOException {
        server = new TestServer(settings);
    }

    /// A client at an address that no other has.
    Sender client() {
        return client(TestServer.APP);
    }

    Sender client(String app) {
        int number = clients.incrementAndGet();
        return from(app, "10." + number / 65536 + "." + number / 256 % 256 + "." + number % 256);
    }

    static Sender from(String app, String address) {
        return new Sender(Map.of("X-Parse-Application-Id", app, "X-Forwarded-For", address));
    }

    static Sender owner(String app) {
        return Sender.of(app, app + "-master-key");
    }

    /// A number that no other has.
    String number() {
        return "+49151%08d".formatted(20_000_000 + numbers.incrementAndGet());
    }

    void set(String app, Map<String, Object> settings) {
        ObjectNode values = Json.object();
        settings.forEach((key, value) -> values.put(key, String.valueOf(value)));
        Reply reply =
                server.put(
                        owner(app), "/settings", Json.write(Json.object().set("settings", values)));
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
    }

    Reply ask(Sender sender, String body) {
        return server.post(sender, "/codes", body);
    }

    Reply logIn(Sender sender, String field, String address, String code) {
        return server.post(sender, "/login/code", body(field, address, code));
    }

    static String body(String field, String address, String code) {
        return Json.write(Json.object().put(field, address).put("code", code));
    }

    static String body(String field, String address) {
        return Json.write(Json.object().put(field, address));
    }

    /// How many messages an app has sent by SMS or mail to anybody whose address begins so.
    int sent(String app, String channel, String prefix) {
        return server.database()
                .queryFirst(
                        Sql.of(
                                "select count(*) from rialto.message where app = ? and channel = ?"
                                        + " and starts_with(recipient, ?)",
                                app,
                                channel,
                                prefix),
                        row -> row.getInt(1))
                .orElseThrow();
    }

    /// The newest message to an address.
    String message(String app, String address) {
        List<String> texts =
                server.database()
                        .query(
                                Sql.of(
                                        "select body from rialto.message where app = ? and"
                                                + " recipient = ? order by created_at desc",
                                        app,
                                        address),
                                row -> row.getString(1));
        assertThat(texts).as("messages to " + address).isNotEmpty();
        return texts.getFirst();
    }

    /// The newest code to an address.
    String code(String app, String address) {
        return first(CODE, message(app, address)).group();
    }

    /// The token of the newest link to an address.
    String token(String app, String address) {
        return first(TOKEN, message(app, address)).group(1);
    }

    private static Matcher first(Pattern pattern, String text) {
        Matcher match = pattern.matcher(text);
        assertThat(match.find()).as(text).isTrue();
        return match;
    }

    /// A code that is not the right one.
    static String wrong(String code) {
        return code.equals("000000") ? "000001" : "000000";
    }

    /// Solves a captcha as a browser does.
    static String solve(ObjectNode challenge) {
        String salt = challenge.path("salt").asString("");
        for (int number = 0; number <= challenge.path("maxnumber").asInt(); number++) {
            if (hash(salt + number).equals(challenge.path("challenge").asString(""))) {
                ObjectNode payload = challenge.deepCopy();
                payload.remove("maxnumber");
                payload.put("number", number).put("took", 5);
                return encoded(payload);
            }
        }
        throw new AssertionError("no solution of " + challenge);
    }

    static String encoded(ObjectNode payload) {
        return Base64.getEncoder()
                .encodeToString(Json.write(payload).getBytes(StandardCharsets.UTF_8));
    }

    private static String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
