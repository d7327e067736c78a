package dev.rialto.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.http.InProcessCalls.CallAs;
import dev.rialto.http.InProcessCalls.Reply;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

final class InProcessCallsTest {
    private static final Fixture SERVER = new Fixture();
    private static final App APP = new App("keyed", "keyed");

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @Test
    void findsOperationsByMethodAndPath() {
        assertThat(call("GET", "/classes/A%20b?limit=1", "{'skip':2}").body())
                .isEqualTo(
                        json(
                                "{'operation':'find','app':'keyed','caller':'anonymous',"
                                        + "'className':'A b','parameters':{'limit':'1','skip':2},"
                                        + "'body':{'skip':2}}"));
        Reply created = call("POST", "/classes/A", "{'a':1}");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.headers()).containsKey("Location");
        assertThat(call("GET", "/health", "{}").body()).isEqualTo(Json.object());
        assertThat(call("GET", "/nothing", "{}").status()).isEqualTo(404);
        assertThat(call("get", "/classes/A", "{}").status()).isEqualTo(404);
    }

    @Test
    void callsAsToldAndNeverAsMore() {
        assertThat(call("GET", "/schemas", "{}").status()).isEqualTo(403);
        assertThat(call("GET", "/schemas", "{'_MasterKey':'master'}").status()).isEqualTo(403);
        assertThat(as(CallAs.MASTER, "GET", "/schemas").body().path("caller").stringValue())
                .isEqualTo("master");
        assertThat(as(session("r:valid"), "GET", "/users/me").body().path("caller").stringValue())
                .isEqualTo("user user1");
        assertThat(as(session("r:gone"), "GET", "/users/me").body().path("code").intValue())
                .isEqualTo(209);
        assertThat(
                        call("GET", "/users/me", "{'_SessionToken':'r:valid'}")
                                .body()
                                .path("caller")
                                .stringValue())
                .isEqualTo("anonymous");
    }

    @Test
    void reportsFailuresAsOverHttp() {
        Reply known = call("POST", "/fail/known", "{}");
        assertThat(known.status()).isEqualTo(404);
        assertThat(known.body()).isEqualTo(json("{'code':101,'error':'Object not found.'}"));
        assertThat(call("POST", "/fail/translated", "{}").body().path("code").intValue())
                .isEqualTo(124);
        for (String how : new String[] {"late", "other"}) {
            assertThat(call("POST", "/fail/" + how, "{}").body())
                    .isEqualTo(json("{'code':1,'error':'Internal server error.'}"));
        }
        assertThat(call("GET", "/download", "{}").status()).isEqualTo(400);
    }

    @Test
    void takesUploadsInTheirJsonForm() {
        assertThat(
                        call(
                                        "POST",
                                        "/files/a.txt",
                                        "{'base64':'aGk=','_ContentType':'text/plain'}")
                                .body())
                .isEqualTo(json("{'raw':'','type':'text/plain','form':{'base64':'aGk='}}"));
    }

    @Test
    void runsBatches() {
        var batch =
                call(
                        "POST",
                        "/batch",
                        "{'requests':[{'method':'GET','path':'/v1/classes/A'},"
                                + "{'method':'GET','path':'/v1/schemas'}]}");
        assertThat(batch.body().get(0).path("success").path("caller").stringValue())
                .isEqualTo("anonymous");
        assertThat(batch.body().get(1).path("error").path("error").stringValue())
                .contains("master key is required");
    }

    private static CallAs session(String token) {
        return new CallAs(false, Optional.of(token), Optional.of("phone"), Optional.empty());
    }

    private static Reply as(CallAs as, String method, String path) {
        return SERVER.listener.calls().call(APP, as, method, path, Json.object());
    }

    private static Reply call(String method, String path, String body) {
        return SERVER.listener.calls().call(APP, CallAs.ANONYMOUS, method, path, json(body));
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) Json.read(text.replace('\'', '"'));
    }
}
