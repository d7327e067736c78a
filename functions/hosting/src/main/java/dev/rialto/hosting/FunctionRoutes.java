package dev.rialto.hosting;

import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.Result;
import dev.rialto.hosting.AppFunctions.ServedInterface;
import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.RequestIds;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The operations by which functions are called.
final class FunctionRoutes {
    static final String PREVIEW = "X-Rialto-Preview";
    static final String PREVIEW_MEANING = "Calls this revision, as `MICRO-APP@NUMBER`.";

    private final FunctionCalls calls;

    FunctionRoutes(FunctionCalls calls) {
        this.calls = calls;
    }

    List<Operation> operations() {
        return List.of(
                Operation.post("functions.call", "/functions/{name}")
                        .summary("Calls a function by its name or address.")
                        .header(PREVIEW, PREVIEW_MEANING)
                        .input(JsonSchema.object())
                        .output(JsonSchema.object().with("result", JsonSchema.any()))
                        .errors(ErrorCode.SCRIPT_FAILED, ErrorCode.TIMEOUT)
                        .meter("functions.calls", 1)
                        .traits(Trait.DONE_WHEN_FULL)
                        .requestIds(RequestIds.REMEMBERED_FIRST)
                        .repeatable(this::isRepeatable)
                        .handle(this::call),
                Operation.get("functions.list", "/functions")
                        .access(Access.MASTER_READ)
                        .summary(
                                "Lists the functions with how often they are called and what they"
                                        + " use.")
                        .output(JsonSchema.object())
                        .handle(this::list));
    }

    private boolean isRepeatable(Call call) {
        return calls.directory().of(origin(call)).isRepeatable(call.path("name"));
    }

    Answer call(Call call) {
        Origin origin = origin(call);
        String name = call.path("name");
        Optional<ServedInterface> here = calls.find(origin, name);
        Result result =
                here.isEmpty()
                        ? calls.callRemote(origin, name, input(call))
                        : calls.call(
                                origin,
                                reached(call, here.get()),
                                () -> reached(call, calls.require(origin, name)),
                                input(call),
                                calls.asked(HostedCall.Streams.NONE));
        JsonNode output = result.output();
        int usual = here.map(each -> each.descriptor().status()).orElse(200);
        int status = result.head().path("status").asInt(usual);
        if (status > 599 || !Answer.allowsBody(status)) {
            throw new RialtoException(
                    ErrorCode.SCRIPT_FAILED, "a function returned the invalid status " + status);
        }
        Answer answer =
                Answer.json(
                        status,
                        out -> {
                            out.writeStartObject();
                            if (!output.isNull()) {
                                out.writeName("result");
                                Json.mapper().writeTree(out, output);
                            }
                            out.writeEndObject();
                        });
        return EndpointRoutes.withHeaders(answer, result.head());
    }

    /// Says what a client's call is for, and checks that the client may call it.
    ///
    /// @throws RialtoException UNAUTHORIZED
    static ServedInterface reached(Call call, ServedInterface exposed) {
        if (exposed.descriptor().isForMaster() && !call.caller().seesEverything()) {
            throw new RialtoException(
                    ErrorCode.UNAUTHORIZED, "unauthorized: master key is required");
        }
        call.reaches(exposed.descriptor().contract());
        return exposed;
    }

    /// The fields of the body and over them the parameters of the address, which are strings.
    static ObjectNode input(Call call) {
        ObjectNode input = call.body();
        input.setAll(call.parameters());
        return input;
    }

    private Answer list(Call call) {
        var json = Json.object();
        var all = json.putArray("results");
        calls.gauges(call.app()).forEach(all::add);
        calls.occupied(call.app()).forEach(json.putArray("microApps")::add);
        return Answer.ok(json);
    }

    /// Where a call comes from that a client makes, or a function that asks as a client would.
    static Origin origin(Call call) {
        return origin(call.app(), call.caller(), call);
    }

    /// Where a call comes from that is made for somebody by a request.
    static Origin origin(App app, Caller caller, Call call) {
        Origin client = client(app, caller, call);
        return Origin.CURRENT.isBound() ? client.within(Origin.CURRENT.get()) : client;
    }

    /// Where a call comes from that somebody makes without naming an app or a key.
    static Origin stranger(App app, Call call) {
        var origin =
                new Origin(
                        app,
                        new Caller.Anonymous(),
                        Optional.empty(),
                        call.requestId(),
                        Map.of(),
                        Json.object(),
                        new Invocation.Client(call.remoteAddress(), call.headers()),
                        0,
                        Optional.empty());
        return Origin.CURRENT.isBound() ? origin.within(Origin.CURRENT.get()) : origin;
    }

    private static Origin client(App app, Caller caller, Call call) {
        return new Origin(
                app,
                caller,
                call.installationId(),
                call.requestId(),
                call.header(PREVIEW).map(FunctionRoutes::previews).orElse(Map.of()),
                call.context(),
                new Invocation.Client(call.remoteAddress(), call.headers()),
                0,
                Optional.empty());
    }

    /// Reads `greeter@7, order@2`.
    private static Map<String, Integer> previews(String header) {
        Map<String, Integer> previews = new HashMap<>();
        for (String each : header.split(",", 20)) {
            int at = each.indexOf('@');
            try {
                previews.put(
                        each.substring(0, Math.max(at, 0)).strip(),
                        Integer.parseInt(each.substring(at + 1).strip()));
            } catch (NumberFormatException _) {
                throw new RialtoException(
                        ErrorCode.INVALID_VALUE,
                        PREVIEW + " must be like greeter@7, not \"" + header + "\"");
            }
        }
        return previews;
    }
}
