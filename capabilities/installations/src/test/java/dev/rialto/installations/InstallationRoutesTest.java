package dev.rialto.installations;

import static dev.rialto.testing.TestFrontDoor.MASTER;
import static dev.rialto.testing.TestFrontDoor.app;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.objects.ObjectsCapability;
import dev.rialto.objects.ObjectsSettings;
import dev.rialto.testing.TestDatabase;
import dev.rialto.testing.TestFrontDoor;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class InstallationRoutesTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final App[] APPS = {
        POSTGRES.app(),
        POSTGRES.app("race"),
        POSTGRES.app("tokens"),
        POSTGRES.app("put"),
        POSTGRES.app("fresh")
    };
    private static final TestFrontDoor DOOR = TestFrontDoor.open(operations(), APPS);

    private static List<Operation> operations() {
        var objects =
                new ObjectsCapability(
                        POSTGRES.database(),
                        InstantSource.system(),
                        (app, name) -> app.id() + "/" + name,
                        ObjectsSettings.defaults(),
                        (_, _) -> {});
        objects.register(new InstallationRules(POSTGRES.database(), objects.objects()));
        List<Operation> all = new ArrayList<>(objects.operations());
        all.addAll(objects.schema().operations());
        all.addAll(new InstallationRoutes(objects.routes()).operations());
        return all;
    }

    @AfterAll
    static void close() {
        DOOR.close();
        POSTGRES.close();
    }

    @Test
    void savesADeviceOnceByEitherRoute() {
        HttpResponse<String> first =
                post("test", "/installations", "{'installationId':'I1','deviceType':'ios'}");
        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        String id = Json.read(first.body()).path("objectId").asString();
        assertThat(first.headers().firstValue("Location"))
                .contains(DOOR.publicUrl() + "/classes/_Installation/" + id);

        HttpResponse<String> again =
                post("test", "/classes/_Installation", "{'installationId':'i1','badge':3}");
        assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
        assertThat(again.body()).startsWith("{\"updatedAt\":");

        HttpResponse<String> read = DOOR.send("GET", "/installations/" + id, "", app("test"));
        assertThat(Json.read(read.body()).path("installationId").asString()).isEqualTo("i1");
        assertThat(Json.read(read.body()).path("badge").asInt()).isEqualTo(3);
    }

    @Test
    void servesAnAppWhoseFirstRequestWasRefused() {
        assertRefused(post("fresh", "/installations", "{'installationId':'n'}"), 135);
        created(post("fresh", "/installations", "{'installationId':'n','deviceType':'x'}"));
    }

    @Test
    void tellsClientsWhatTheyMayNot() {
        assertRefused(post("test", "/installations", "{'deviceType':'ios'}"), 135);
        assertRefused(post("test", "/installations", "{'installationId':'n'}"), 135);
        assertRefused(DOOR.send("GET", "/installations", "", app("test")), 119);
        assertRefused(DOOR.send("GET", "/classes/_Installation", "", app("test")), 119);
        String id =
                created(post("test", "/installations", "{'deviceToken':'z','deviceType':'ios'}"));
        assertRefused(DOOR.send("DELETE", "/installations/" + id, "", app("test")), 119);
        assertThat(DOOR.send("GET", "/installations", "", app("test"), MASTER).body()).contains(id);
        assertThat(
                        DOOR.send("DELETE", "/installations/" + id, "", app("test"), MASTER)
                                .statusCode())
                .isEqualTo(200);
    }

    @Test
    void movesATokenToTheInstallationThatHasItNow() {
        post(
                "tokens",
                "/installations",
                "{'installationId':'a','deviceToken':'t','deviceType':'x'}");
        post(
                "tokens",
                "/installations",
                "{'installationId':'b','deviceToken':'t','deviceType':'x'}");

        assertThat(count("tokens")).isEqualTo(1);
    }

    @Test
    void keepsTheUpdatedObjectWhenTwoAreOneDevice() {
        post("put", "/installations", "{'installationId':'a','deviceType':'x'}");
        String id = created(post("put", "/installations", "{'deviceToken':'t','deviceType':'x'}"));
        HttpResponse<String> linked =
                DOOR.send(
                        "PUT",
                        "/installations/" + id,
                        "{\"installationId\":\"a\",\"deviceToken\":\"t\"}",
                        app("put"));

        assertThat(linked.statusCode()).as(linked.body()).isEqualTo(200);
        assertThat(count("put")).isEqualTo(1);
        HttpResponse<String> changed =
                DOOR.send("PUT", "/installations/" + id, "{\"installationId\":\"q\"}", app("put"));
        assertRefused(changed, 136);
    }

    @Test
    void makesOneObjectOfManyFirstSavesAtOnce() throws Exception {
        Callable<Integer> save =
                () ->
                        post("race", "/installations", "{'installationId':'r','deviceType':'x'}")
                                .statusCode();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Integer> statuses =
                    threads.invokeAll(Collections.nCopies(16, save)).stream()
                            .map(Future::resultNow)
                            .toList();
            assertThat(statuses).containsOnlyOnce(201).contains(200).hasSize(16);
            assertThat(statuses).allMatch(status -> status < 300);
        }
        assertThat(count("race")).isEqualTo(1);
    }

    private static int count(String id) {
        String body =
                DOOR.send("GET", "/installations?count=1&limit=0", "", app(id), MASTER).body();
        return Json.read(body).path("count").asInt();
    }

    private static HttpResponse<String> post(String id, String path, String body) {
        return DOOR.send("POST", path, body.replace('\'', '"'), app(id));
    }

    private static String created(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return Json.read(answer.body()).path("objectId").asString();
    }

    private static void assertRefused(HttpResponse<String> answer, int code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(Json.read(answer.body()).path("code").asInt()).isEqualTo(code);
    }
}
