package dev.rialto.server;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// A server with little memory, of which functions of one app take all they can get while another
/// app is used. Says what the functions were told and which of the other app's requests failed.
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
              static final List<String> OVER = Collections.synchronizedList(new ArrayList<>());
              @Interface(deadlineMillis = 60_000, concurrency = 100)
              @CloudFunction("hold") public int hold() throws InterruptedException {
                byte[] held = new byte[25_000_000];
                while (OVER.isEmpty()) Thread.sleep(20);
                return held.length;
              }
              @CloudFunction("letGo") public void letGo() { OVER.add("yes"); }
            }
            """;

    private static final String GOOD =
            """
            @Function public final class Good {
              @CloudFunction("good") public String good() { return "fine"; }
            }
            """;

    private static final int AT_ONCE = 30;
    private static final int MAX_CALLS = 1_000;
    private static final Sender OTHER = Sender.of(TestServer.OTHER_APP, "second-master-key");

    private CrowdedServer() {}

    /// @param args the function that is called, and the code that it is to get
    public static void main(String[] args) throws Exception {
        try (var server = new TestServer()) {
            deploy(server, Sender.master(), "bad", "Bad", BAD);
            deploy(server, OTHER, "good", "Good", GOOD);
            server.post(OTHER, "/users", "{\"username\":\"ada\",\"password\":\"secret of ada\"}");
            server.post(OTHER, "/functions/good", "{}");
            var over = new AtomicBoolean();
            List<String> failures = new ArrayList<>();
            Thread neighbour = Thread.ofPlatform().start(() -> use(server, over, failures));
            Reply told =
                    args[0].equals("hold")
                            ? hold(server, args[1])
                            : repeat(server, args[0], args[1]);
            over.set(true);
            neighbour.join();
            System.out.println("told " + told.code() + " " + told.text("error"));
            System.out.println("neighbour " + failures);
        }
    }

    private static Reply call(TestServer server, String function) {
        return server.post(Sender.client(), "/functions/" + function, "{}");
    }

    /// Calls a function until it gets a code, however long the server takes to notice.
    private static Reply repeat(TestServer server, String function, String code) {
        Reply reply = call(server, function);
        for (int i = 1; i < MAX_CALLS && reply.code() != Integer.parseInt(code); i++) {
            reply = call(server, function);
        }
        return reply;
    }

    /// Calls a function that holds memory many times at once. All hold it until one gets the code.
    private static Reply hold(TestServer server, String code) throws Exception {
        List<Reply> replies =
                TestServer.together(
                        AT_ONCE,
                        () -> {
                            Reply reply = call(server, "hold");
                            if (reply.code() == Integer.parseInt(code)) {
                                call(server, "letGo");
                            }
                            return reply;
                        });
        return replies.stream()
                .filter(each -> each.code() == Integer.parseInt(code))
                .findFirst()
                .orElse(replies.getFirst());
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
