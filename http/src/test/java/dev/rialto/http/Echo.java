package dev.rialto.http;

import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Handler;
import dev.rialto.http.Operation.Method;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Operations that answer what reached them.
final class Echo {
    /// More than fits one write, and different everywhere.
    static final String DOWNLOAD =
            IntStream.range(0, 50_000).mapToObj(Integer::toString).collect(Collectors.joining(","));

    static final String SECRET = "constraint of table secret";

    private Echo() {}

    static List<Operation> operations() {
        return List.of(
                of("ping", Method.GET, "/health", Access.PUBLIC, _ -> Answer.ok(Json.object())),
                echo("find", Method.GET, "/classes/{className}", Access.APP)
                        .header("X-Echo-Only", "Is echoed.")
                        .handle(Echo::echo),
                of("create", Method.POST, "/classes/{className}", Access.APP, Echo::created),
                of("get", Method.GET, "/classes/{className}/{id}", Access.APP, Echo::echo),
                of("update", Method.PUT, "/classes/{className}/{id}", Access.APP, Echo::echo),
                of("delete", Method.DELETE, "/classes/{className}/{id}", Access.APP, Echo::echo),
                of("schemas", Method.GET, "/schemas", Access.MASTER_READ, Echo::echo),
                of("add-schema", Method.POST, "/schemas", Access.MASTER, Echo::echo),
                of("me", Method.GET, "/users/me", Access.APP, Echo::echo),
                echo("login", Method.POST, "/login", Access.APP)
                        .traits(Trait.SESSIONLESS)
                        .handle(Echo::echo),
                echo("upload", Method.POST, "/files/{name}", Access.APP)
                        .traits(Trait.UPLOAD)
                        .handle(Echo::upload),
                of("file", Method.GET, "/files/{appId}/{name*}", Access.PUBLIC, Echo::path),
                of("download", Method.GET, "/download", Access.PUBLIC, _ -> download()),
                of("big", Method.GET, "/big", Access.PUBLIC, _ -> big()),
                of("fail", Method.POST, "/fail/{how}", Access.APP, Echo::fail));
    }

    private static Operation of(
            String name, Method method, String path, Access access, Handler handler) {
        return echo(name, method, path, access).handle(handler);
    }

    private static Operation.Builder echo(String name, Method method, String path, Access access) {
        return Operation.of(method, "echo." + name, path).access(access).summary("Echoes.");
    }

    private static Answer echo(Call call) {
        var seen = Json.object();
        seen.put("operation", call.operation().name());
        seen.put("app", call.app().id());
        seen.put("caller", describe(call.caller()));
        call.installationId().ifPresent(id -> seen.put("installation", id));
        call.sessionToken().ifPresent(token -> seen.put("session", token));
        call.header("X-Parse-Client-Version").ifPresent(version -> seen.put("client", version));
        call.header("X-Forwarded-For").ifPresent(_ -> seen.put("address", call.remoteAddress()));
        call.header("X-Parse-Request-Id").ifPresent(id -> seen.put("requestId", id));
        for (var name : List.of("className", "id")) {
            if (call.operation().path().contains("{" + name + "}")) {
                seen.put(name, call.path(name));
            }
        }
        if (!call.headers().isEmpty()) {
            call.headers().forEach(seen.putObject("headers")::put);
        }
        if (!call.context().isEmpty()) {
            seen.set("context", call.context());
        }
        seen.set("parameters", call.parameters());
        seen.set("body", call.body());
        return Answer.ok(seen);
    }

    private static Answer created(Call call) {
        return new Answer(201, Map.of(), echo(call).body())
                .withHeader("Location", call.publicUrl() + "/classes/A/1");
    }

    private static Answer path(Call call) {
        return Answer.ok(
                Json.object().put("appId", call.path("appId")).put("name", call.path("name")));
    }

    private static Answer upload(Call call) {
        try {
            var bytes = call.stream().readAllBytes();
            return Answer.ok(
                    Json.object()
                            .put("raw", new String(bytes, StandardCharsets.UTF_8))
                            .put("type", call.header("Content-Type").orElse(""))
                            .set("form", call.body()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Answer download() {
        var content = DOWNLOAD.getBytes(StandardCharsets.UTF_8);
        return new Answer(
                200,
                Map.of("Content-Type", "text/plain"),
                new Answer.Body.Stream(content.length, out -> out.write(content)));
    }

    private static Answer big() {
        return Answer.ok(Json.object().put("text", "x".repeat(100_000)));
    }

    private static Answer fail(Call call) {
        return switch (call.path("how")) {
            case "known" ->
                    throw new RialtoException(ErrorCode.OBJECT_NOT_FOUND, "Object not found.");
            case "late" ->
                    Answer.json(
                            200,
                            out -> {
                                out.writeStartArray();
                                throw new IllegalStateException(SECRET);
                            });
            case "status" ->
                    Answer.of(422, Json.object().set("result", call.body()))
                            .withHeader("X-Own", "yes");
            case "text" ->
                    new Answer(
                            404,
                            Map.of("Content-Type", "text/plain"),
                            new Answer.Body.Bytes("Not here.".getBytes(StandardCharsets.UTF_8)));
            case "translated" -> throw new ArithmeticException(SECRET);
            default -> throw new IllegalStateException(SECRET);
        };
    }

    private static String describe(Caller caller) {
        return switch (caller) {
            case Caller.Anonymous _ -> "anonymous";
            case Caller.User user -> "user " + user.id();
            case Caller.Master _ -> "master";
            case Caller.ReadOnlyMaster _ -> "readonly";
            case Caller.Maintenance _ -> "maintenance";
        };
    }
}
