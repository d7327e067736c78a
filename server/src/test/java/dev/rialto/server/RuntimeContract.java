package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.FunctionRuntime;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Release;
import dev.rialto.functions.spi.Result;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.sdk.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/// What every runtime must do. Each is tried with the same micro app, written for it: cloud
/// functions `echo` (answers what it is given), `refuse` (fails with 10042, "not today"), `fail`
/// (fails with an exception of its own, "no way"), `loop` (never ends), `log` (logs "seen" and
/// answers nothing); a `beforeSave` of `Thing` that sets `upper` to `name` in capitals and refuses
/// things without a name; a job `count`, which says "half" of how far it has come.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RuntimeContract {
    static final App APP = new App("contract", "app_contract");

    static final Release RELEASE = new Release(APP, "contract", 1, Map.of("greeting", "hello"));
    private static final Duration LONG = Duration.ofSeconds(30);

    private ListeningHost host;
    private FunctionRuntime runtime;
    private LoadedRevision revision;

    abstract FunctionRuntime runtime();

    /// The micro app as this runtime runs it.
    abstract Artifact microApp();

    /// Something that can't be run.
    abstract Artifact broken();

    @BeforeAll
    void open() {
        runtime = runtime();
    }

    @BeforeEach
    void load() {
        host = new ListeningHost();
        revision = runtime.load(RELEASE, microApp());
    }

    @AfterEach
    void unload() {
        revision.close();
    }

    @AfterAll
    void close() {
        runtime.close();
        closed();
    }

    /// Closes what the runtime stood on.
    void closed() {}

    private InterfaceDescriptor reachedBy(Binding binding) {
        return revision.descriptor().interfaces().stream()
                .filter(each -> each.bindings().contains(binding))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing is reached by " + binding));
    }

    private Result call(Binding binding, JsonNode input, Duration within) {
        return revision.find(reachedBy(binding))
                .call(
                        new Invocation(
                                input,
                                new Caller.Anonymous(),
                                Optional.empty(),
                                "request",
                                within,
                                host));
    }

    private JsonNode call(String function, String input) {
        return call(new Binding.CloudFunction(function), Json.read(input), LONG).output();
    }

    @Test
    void answersWhatTheFunctionReturns() {
        assertThat(call("echo", "{\"word\":\"hi\",\"n\":3,\"list\":[1,null,\"x\"]}"))
                .hasToString("{\"word\":\"hi\",\"n\":3,\"list\":[1,null,\"x\"]}");
    }

    @Test
    void answersNullWhenTheFunctionReturnsNothing() {
        assertThat(call("log", "{}").isNull()).isTrue();
    }

    @Test
    void reportsTheNumberAndTheMessageOfAFailure() {
        assertThatThrownBy(() -> call("refuse", "{}"))
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        told -> {
                            assertThat(told.number()).isEqualTo(10042);
                            assertThat(told.getMessage()).isEqualTo("not today");
                        });
        assertThatThrownBy(() -> call("fail", "{}"))
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        told -> {
                            assertThat(told.code()).isEqualTo(ErrorCode.SCRIPT_FAILED);
                            // To clients or to the log.
                            assertThat(told.getMessage() + told.getCause()).contains("no way");
                        });
    }

    /// A process that loops is ended with all calls that reach it.
    @Test
    void endsCallsAtTheirDeadlineAndSoonServesOn() throws InterruptedException {
        assertThatThrownBy(() ->
                        call(
                                new Binding.CloudFunction("loop"),
                                Json.object(),
                                Duration.ofMillis(300)))
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        told -> assertThat(told.code()).isEqualTo(ErrorCode.TIMEOUT));

        assertThat(answeredSoon()).hasToString("{\"still\":true}");
    }

    private JsonNode answeredSoon() throws InterruptedException {
        for (int tries = 1; ; tries++) {
            try {
                return call("echo", "{\"still\":true}");
            } catch (RialtoException ended) {
                if (tries == 100) {
                    throw ended;
                }
                Thread.sleep(100);
            }
        }
    }

    @Test
    void letsTriggersChangeAndRefuseObjects() {
        Binding trigger = new Binding.Trigger(Moment.BEFORE_SAVE, "Thing");
        JsonNode saved =
                call(
                                trigger,
                                Json.read(
                                        "{\"object\":{\"className\":\"Thing\",\"name\":\"pen\"},"
                                                + "\"original\":null,\"changed\":[\"name\"]}"),
                                LONG)
                        .output();

        assertThat(saved.path("name").asString("")).isEqualTo("pen");
        assertThat(saved.path("upper").asString("")).isEqualTo("PEN");
        assertThatThrownBy(() ->
                        call(
                                trigger,
                                Json.read(
                                        "{\"object\":{\"className\":\"Thing\"},"
                                                + "\"original\":null,\"changed\":[]}"),
                                LONG))
                .isInstanceOf(RialtoException.class);
    }

    @Test
    void handsOnWhatFunctionsLogAndJobsReport() {
        call("log", "{}");
        call(new Binding.Job("count"), Json.object(), LONG);

        assertThat(host.logged()).anyMatch(line -> line.contains("seen"));
        assertThat(host.progress()).containsExactly("half");
    }

    @Test
    void servesManyCallsAtOnce() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running =
                    IntStream.range(0, 200)
                            .mapToObj(i -> threads.submit(() -> call("echo", "{\"i\":" + i + "}")))
                            .toList();
            for (int i = 0; i < running.size(); i++) {
                assertThat(running.get(i).get().path("i").asInt(-1)).isEqualTo(i);
            }
        }
    }

    @Test
    void refusesWhatCannotRunAndSaysWhy() {
        assertThatThrownBy(() -> runtime.load(RELEASE, broken()))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> {
                            assertThat(refused.problems()).isNotEmpty();
                            assertThat(refused.problems().getFirst().message()).isNotBlank();
                        });
    }

    @Test
    void describesWhatItExposes() {
        List<String> addresses =
                revision.descriptor().interfaces().stream()
                        .map(revision.descriptor()::address)
                        .toList();

        assertThat(addresses)
                .doesNotHaveDuplicates()
                .allMatch(each -> each.startsWith("test-contract-"));
    }
}
