package dev.rialto.node;

import dev.rialto.kernel.Json;
import dev.rialto.kernel.Span;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.node.ObjectNode;

/// A server that knows one user and a few games, and remembers what it was asked.
final class RememberingDoor implements RestGateway {
    static final String SESSION = "r:ann";

    final List<Request> requests = new CopyOnWriteArrayList<>();

    /// The span that each request belongs to.
    final List<Span> spans = new CopyOnWriteArrayList<>();

    @Override
    public Reply ask(Request request) {
        requests.add(request);
        spans.add(Span.current());
        return switch (request.method() + " " + request.path()) {
            case "GET /users/me" ->
                    request.origin().credentials().equals(new Credentials.Session(SESSION))
                            ? ok("{'objectId':'ann','username':'Ann','sessionToken':'r:ann'}")
                            : reply(400, "{'code':209,'error':'Invalid session token'}");
            case "GET /login", "POST /login" ->
                    ok("{'objectId':'ann','username':'ann','sessionToken':'r:new'}");
            case "GET /classes/Game" ->
                    request.body().has("count")
                            ? ok("{'results':[],'count':2}")
                            : ok(
                                    "{'results':[{'objectId':'g1','name':'chess','score':3,"
                                            + "'createdAt':'2020-01-01T00:00:00.000Z'},"
                                            + "{'objectId':'g2','name':'go'}]}");
            case "GET /classes/Secret" -> reply(400, "{'code':119,'error':'Permission denied'}");
            case "POST /classes/Game" ->
                    reply(201, "{'objectId':'new1','createdAt':'2020-01-01T00:00:00.000Z'}");
            case "PUT /classes/Game/new1" -> ok("{'updatedAt':'2020-01-01T00:00:01.000Z'}");
            case "POST /batch" ->
                    ok("[{'success':{'objectId':'b','createdAt':'2020-01-01T00:00:00.000Z'}}]");
            case "POST /functions/other" -> ok("{'result':{'got':2}}");
            case "POST /jobs/tidy" ->
                    new Reply(200, Map.of("X-Parse-Job-Status-Id", "job1"), Json.object());
            case "GET /config" -> ok("{'params':{'colour':'blue'}}");
            case "POST /files/a.txt", "POST /files/b.txt" ->
                    reply(201, "{'name':'0_a.txt','url':'http://localhost/v1/files/app/0_a.txt'}");
            default -> reply(200, "{}");
        };
    }

    @Override
    public String publicUrl() {
        return "http://localhost:1337/v1";
    }

    /// The requests of a method and path.
    List<Request> of(String method, String path) {
        return requests.stream()
                .filter(each -> each.method().equals(method) && each.path().equals(path))
                .toList();
    }

    private static Reply ok(String json) {
        return reply(200, json);
    }

    private static Reply reply(int status, String json) {
        return new Reply(status, Map.of(), Json.read(json.replace('\'', '"')));
    }

    static ObjectNode object(String json) {
        return (ObjectNode) Json.read(json.replace('\'', '"'));
    }
}
