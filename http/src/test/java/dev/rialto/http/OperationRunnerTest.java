package dev.rialto.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.http.InProcessCalls.CallAs;
import dev.rialto.http.InProcessCalls.Direct;
import dev.rialto.http.InProcessCalls.Source;
import dev.rialto.http.Operation.Access;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// Whatever way a call comes by, it passes the same check and the same steps.
final class OperationRunnerTest {
    private static final String APP = "X-Parse-Application-Id: open";
    private static final List<String> PASSED = Collections.synchronizedList(new ArrayList<>());

    private static final Fixture SERVER =
            new Fixture(
                    HttpSettings.of("127.0.0.1", 0),
                    Supplier::get,
                    List.of(
                            Operation.post("test.work", "/work")
                                    .summary("Works.")
                                    .handle(_ -> answer("handler")),
                            Operation.post("test.secret", "/secret")
                                    .access(Access.MASTER)
                                    .summary("Works for holders of the master key.")
                                    .handle(_ -> answer("secret"))),
                    List.of(step("outer"), step("inner")),
                    List.of());

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @BeforeEach
    void forget() {
        PASSED.clear();
    }

    @Test
    void runsStepsAroundARequestTheFirstOutermost() {
        assertThat(SERVER.send("POST", "/v1/work", APP, "{}").statusCode()).isEqualTo(200);
        assertThat(PASSED).containsExactly("outer work", "inner work", "handler");
    }

    @Test
    void runsStepsAroundEachEntryOfABatch() {
        var batch =
                """
                {"requests":[{"method":"POST","path":"/v1/work"},{"method":"POST","path":"/v1/secret"}]}
                """;
        assertThat(SERVER.send("POST", "/v1/batch", APP, batch).body())
                .contains("master key is required");
        assertThat(PASSED)
                .containsExactly(
                        "outer batch", "inner batch", "outer work", "inner work", "handler");
    }

    @Test
    void runsStepsAroundCallsFromWithin() {
        var app = new App("open", "app_open");
        assertThat(call(app, CallAs.ANONYMOUS, "/work").status()).isEqualTo(200);
        assertThat(call(app, CallAs.ANONYMOUS, "/secret").status()).isEqualTo(403);
        assertThat(call(app, CallAs.MASTER, "/secret").status()).isEqualTo(200);
        assertThat(PASSED)
                .containsExactly(
                        "outer work",
                        "inner work",
                        "handler",
                        "outer secret",
                        "inner secret",
                        "secret");
    }

    @Test
    void runsStepsAroundWorkThatTakesTheHandlersPlace() {
        var app = new App("open", "app_open");
        assertThat(perform(app, new Caller.Anonymous(), "test.work")).isEqualTo("worked");
        assertThatThrownBy(() -> perform(app, new Caller.Anonymous(), "test.secret"))
                .hasMessageContaining("master key is required");
        assertThatThrownBy(() -> perform(app, new Caller.ReadOnlyMaster(), "test.work"))
                .hasMessageContaining("read-only");
        assertThat(perform(app, new Caller.Master(), "test.secret")).isEqualTo("worked");
        assertThatThrownBy(() -> perform(app, new Caller.Master(), "test.nothing"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(PASSED)
                .containsExactly(
                        "outer work",
                        "inner work",
                        "test.work",
                        "outer secret",
                        "inner secret",
                        "test.secret");
    }

    private static String perform(App app, Caller caller, String operation) {
        var asked =
                new Direct(
                        app,
                        caller,
                        operation,
                        Map.of(),
                        new Source("", Optional.empty(), "request"));
        return SERVER.listener
                .calls()
                .perform(
                        asked,
                        () -> {
                            PASSED.add(operation);
                            return "worked";
                        });
    }

    @Test
    void rejectsDeclarationsThatBreakTheNamingRule() {
        for (var id :
                List.of("find", "objects.logIn", "Objects.find", "objects.find.all", "a.b_")) {
            assertThatThrownBy(() -> Operation.get(id, "/x"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not a valid id");
        }
        assertThatThrownBy(() -> Operation.get("a.b", "/x").handle(_ -> answer("")))
                .hasMessageContaining("must be a sentence");
    }

    private static InProcessCalls.Reply call(App app, CallAs as, String path) {
        return SERVER.listener.calls().call(app, as, "POST", path, Json.object());
    }

    private static Answer answer(String what) {
        PASSED.add(what);
        ObjectNode done = Json.object().put("done", what);
        return Answer.ok(done);
    }

    private static OperationStep step(String name) {
        return (operation, next) ->
                call -> {
                    PASSED.add(name + " " + operation.name());
                    return next.handle(call);
                };
    }
}
