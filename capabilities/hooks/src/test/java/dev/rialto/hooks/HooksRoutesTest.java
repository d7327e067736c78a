package dev.rialto.hooks;

import static dev.rialto.testing.TestFrontDoor.MASTER;
import static dev.rialto.testing.TestFrontDoor.READ_ONLY;
import static dev.rialto.testing.TestFrontDoor.app;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.testing.TestDatabase;
import dev.rialto.testing.TestFrontDoor;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HooksRoutesTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final TestFrontDoor DOOR =
            TestFrontDoor.open(
                    new HooksRoutes(
                                    new HookStore(POSTGRES.database()),
                                    _ -> {},
                                    className -> !className.startsWith("@"))
                            .operations(),
                    POSTGRES.app(),
                    POSTGRES.app("functions"),
                    POSTGRES.app("triggers"));

    @AfterAll
    static void close() {
        DOOR.close();
        POSTGRES.close();
    }

    @Test
    void speaksParsesShapesForFunctions() {
        String id = "functions";
        assertAnswer(call(id, "GET", "/functions", ""), 200, "[]");
        assertAnswer(
                call(id, "POST", "/functions", "{'functionName':'f','url':'http://one'}"),
                200,
                "{'functionName':'f','url':'http://one'}");
        assertAnswer(
                call(id, "POST", "/functions", "{'functionName':'f','url':'http://two'}"),
                400,
                "{'code':143,'error':'function name: f already exists'}");
        assertAnswer(
                call(id, "PUT", "/functions/f", "{'url':'http://two'}"),
                200,
                "{'functionName':'f','url':'http://two'}");
        assertAnswer(
                call(id, "GET", "/functions", ""),
                200,
                "[{'functionName':'f','url':'http://two'}]");
        assertAnswer(
                call(id, "PUT", "/functions/g", "{'url':'http://two'}"),
                400,
                "{'code':143,'error':'no function named: g is defined'}");
        assertAnswer(call(id, "PUT", "/functions/f", "{'__op':'Delete'}"), 200, "{}");
        assertAnswer(
                call(id, "GET", "/functions/f", ""),
                400,
                "{'code':143,'error':'no function named: f is defined'}");
        assertAnswer(call(id, "DELETE", "/functions/f", ""), 200, "{}");
    }

    @Test
    void speaksParsesShapesForTriggers() {
        String id = "triggers";
        String hook = "{'className':'C','triggerName':'beforeSave','url':'http://one'}";
        assertAnswer(call(id, "POST", "/triggers", hook), 200, hook);
        assertAnswer(
                call(id, "POST", "/triggers", hook),
                400,
                "{'code':143,'error':'class C already has trigger beforeSave'}");
        assertAnswer(call(id, "GET", "/triggers/C/beforeSave", ""), 200, hook);
        assertAnswer(call(id, "GET", "/triggers", ""), 200, "[" + hook + "]");
        assertAnswer(
                call(id, "GET", "/triggers/D/beforeSave", ""),
                400,
                "{'code':143,'error':'class D does not exist'}");
        assertAnswer(
                call(id, "PUT", "/triggers/C/beforeSave", "{'url':'https://two'}"),
                200,
                hook.replace("http://one", "https://two"));
        assertAnswer(call(id, "PUT", "/triggers/C/beforeSave", "{'__op':'Delete'}"), 200, "{}");
        assertAnswer(call(id, "GET", "/triggers", ""), 200, "[]");
    }

    @Test
    void refusesWhatIsNoHook() {
        for (String body :
                new String[] {
                    "",
                    "{'functionName':'f'}",
                    "{'url':'http://x'}",
                    "{'functionName':7,'url':'http://x'}",
                    "{'functionName':'f','url':'file:///etc/passwd'}",
                    "{'className':'C','url':'http://x'}",
                    "{'className':'C','triggerName':'constructor','url':'http://x'}"
                }) {
            assertAnswer(
                    call("test", "POST", "/functions", body),
                    400,
                    "{'code':143,'error':'invalid hook declaration'}");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "_User, beforeSave, true",
        "_User, beforeLogin, true",
        "_User, afterLogin, true",
        "_User, afterLogout, false",
        "_Session, afterLogout, true",
        "_Session, beforeSave, false",
        "_Session, beforeFind, false",
        "Game, afterFind, true",
        "Game, beforeLogin, false",
        "Game, beforeSubscribe, true",
        "Game, afterEvent, true",
        "@File, beforeSave, true",
        "@Config, afterSave, true",
        "@Connect, beforeConnect, true",
        "@File, beforeFind, true",
        "@Config, beforeFind, false",
        "@Config, beforeDelete, false",
        "@Connect, beforeSave, false",
        "Game, beforeConnect, false",
        "_Session, beforeSubscribe, false",
        "_User, beforePasswordResetRequest, false",
    })
    void takesTriggersThatAreCalledAndNoOthers(
            String className, String triggerName, boolean called) {
        String hook =
                "{'className':'%s','triggerName':'%s','url':'http://one'}"
                        .formatted(className, triggerName);
        HttpResponse<String> made = call("test", "POST", "/triggers", hook);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(called ? 200 : 400);
        if (!called) {
            assertThat(made.body())
                    .contains(
                            "\"code\":143",
                            "this server does not call " + triggerName + " for " + className);
        }
    }

    @Test
    void isForKeyHoldersAndWrittenByTheMasterKeyOnly() {
        String body = "{\"functionName\":\"f\",\"url\":\"http://one\"}";
        assertThat(DOOR.send("GET", "/hooks/functions", "", app("test")).statusCode())
                .isEqualTo(403);
        assertThat(DOOR.send("POST", "/hooks/functions", body, app("test")).statusCode())
                .isEqualTo(403);
        assertThat(DOOR.send("POST", "/hooks/functions", body, app("test"), READ_ONLY).statusCode())
                .isBetween(400, 403);
        assertThat(DOOR.send("GET", "/hooks/functions", "", app("test"), READ_ONLY).body())
                .isEqualTo("[]");
    }

    private static HttpResponse<String> call(String id, String method, String path, String body) {
        return DOOR.send(method, "/hooks" + path, body.replace('\'', '"'), app(id), MASTER);
    }

    private static void assertAnswer(HttpResponse<String> answer, int status, String body) {
        assertThat(answer.body()).isEqualTo(body.replace('\'', '"'));
        assertThat(answer.statusCode()).isEqualTo(status);
    }
}
