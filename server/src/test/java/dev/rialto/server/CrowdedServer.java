package dev.rialto.server;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;

/// A server with little memory, of which functions of one app take all they can get while another
/// app is used. Says how that went.
final class CrowdedServer {
    private static final String BAD =
            """
            @Function public final class Bad {
              static final List<byte[]> LEAK = new ArrayList<>();
              static final Map<Object, Comparator<String>> HIDDEN = new HashMap<>();
              @CloudFunction("leak") public int leak() {
                LEAK.add(new byte[20_000_000]);
                return LEAK.size();
              }
              @CloudFunction("hide") public int hide() {
                byte[] kept = new byte[20_000_000];
                HIDDEN.put(new Object(), Comparator.comparing(text -> text.length() + kept.length));
                return HIDDEN.size();
              }
              @Interface(deadlineMillis = 3_000, concurrency = 100)
              @CloudFunction("hold") public int hold() throws InterruptedException {
                byte[] held = new byte[25_000_000];
                Thread.sleep(2_000);
                return held.length;
              }
            }
            """;

    private static final String GOOD =
            """
            @Function public final class Good {
              @CloudFunction("good") public String good() { return "fine"; }
            }
            """;

    private static final Sender OTHER = Sender.of(TestServer.OTHER_APP, "second-master-key");

    private CrowdedServer() {}

    /// @param args the function that is called, how often at once, and how often in all
    public static void main(String[] args) throws Exception {
        try (var server = new TestServer()) {
            deploy(server, Sender.master(), "bad", "Bad", BAD);
            deploy(server, OTHER, "good", "Good", GOOD);
            server.post(OTHER, "/users", "{\"username\":\"ada\",\"password\":\"secret of ada\"}");
            server.post(OTHER, "/functions/good", "{}");
            var over = new AtomicBoolean();
            List<String> failures = new ArrayList<>();
            Thread neighbour = Thread.ofPlatform().start(() -> use(server, over, failures));
            var codes = new TreeMap<Integer, Integer>();
            int atOnce = Integer.parseInt(args[1]);
            for (int i = 0; i < Integer.parseInt(args[2]); i += atOnce) {
                for (Reply each :
                        TestServer.together(
                                atOnce,
                                () ->
                                        server.post(
                                                Sender.client(), "/functions/" + args[0], "{}"))) {
                    codes.merge(each.code(), 1, Integer::sum);
                }
            }
            over.set(true);
            neighbour.join();
            System.out.println("codes " + codes);
            System.out.println("neighbour " + failures);
        }
    }

    private static void deploy(
            TestServer server, Sender app, String name, String className, String body) {
        Reply reply =
                server.upload(
                        app,
                        "/micro-apps",
                        MicroAppSources.of(name).withClass(className, body).zip());
        if (reply.status() != 201) {
            throw new AssertionError(reply);
        }
    }

    /// What a neighbour does meanwhile.
    private static void use(TestServer server, AtomicBoolean over, List<String> failures) {
        while (!over.get()) {
            for (Reply each :
                    List.of(
                            server.post(
                                    OTHER,
                                    "/login",
                                    "{\"username\":\"ada\",\"password\":\"secret of ada\"}"),
                            server.post(OTHER, "/classes/Thing", "{\"n\":1}"),
                            server.post(OTHER, "/functions/good", "{}"))) {
                if (each.status() >= 300) {
                    failures.add(each.toString());
                }
            }
        }
    }
}
