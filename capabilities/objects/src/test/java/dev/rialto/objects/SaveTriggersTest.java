package dev.rialto.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.objects.TriggeredServer.Reply;
import dev.rialto.spi.Triggers.Moment;
import dev.rialto.testing.TestFrontDoor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class SaveTriggersTest {
    private static final TriggeredServer SERVER = new TriggeredServer();
    private static final JsonNode NOTHING = Json.nodes().nullNode();

    @AfterAll
    static void close() {
        SERVER.close();
    }

    private static RecordedTriggers triggers() {
        return SERVER.triggers;
    }

    private static ObjectNode last(String className, Moment moment) {
        return triggers().payloads(className, moment).getLast();
    }

    private static ObjectNode object(ObjectNode payload) {
        return payload.path("object").asObject();
    }

    private static Set<String> names(JsonNode object) {
        return Set.copyOf(object.propertyNames());
    }

    @Test
    void storesWhatATriggerMadeOfACreateAndTellsIt() {
        triggers()
                .on(
                        "Made",
                        Moment.BEFORE_SAVE,
                        payload -> object(payload).put("name", "Oslo").put("seen", true));
        Reply created = SERVER.create("Made", "{'name': ' Oslo', 'people': 7}");

        assertThat(created.status()).isEqualTo(201);
        assertThat(names(created.body()))
                .containsExactlyInAnyOrder("objectId", "createdAt", "name", "seen");
        ObjectNode stored = SERVER.get("Made", created.id()).body();
        assertThat(stored.path("name").asString()).isEqualTo("Oslo");
        assertThat(stored.path("seen").asBoolean()).isTrue();
        assertThat(stored.path("people").asInt()).isEqualTo(7);

        ObjectNode payload = last("Made", Moment.BEFORE_SAVE);
        assertThat(object(payload))
                .isEqualTo(Json.read("{\"name\":\" Oslo\",\"people\":7,\"className\":\"Made\"}"));
        assertThat(payload.path("original").isNull()).isTrue();
        assertThat(payload.path("changed")).isEqualTo(Json.read("[\"name\",\"people\"]"));
    }

    @Test
    void showsAnUpdateWithItsOperationsDoneAndKeepsThemAtomic() {
        triggers().watch("Counted", Moment.BEFORE_SAVE);
        String id =
                SERVER.create("Counted", "{'n': 1, 'tags': ['a'], 'o': {'x': 1}, 'gone': 1}").id();
        triggers()
                .on(
                        "Counted",
                        Moment.BEFORE_SAVE,
                        payload -> {
                            triggers().watch("Counted", Moment.BEFORE_SAVE);
                            SERVER.change("Counted", id, "{'n': 10}");
                            return object(payload).put("mark", "x");
                        });
        Reply updated =
                SERVER.update(
                        "Counted",
                        id,
                        """
                        {'n': {'__op': 'Increment', 'amount': 2}, 'o.y': 2,
                         'tags': {'__op': 'AddUnique', 'objects': ['a', 'b']},
                         'gone': {'__op': 'Delete'}}
                        """);

        ObjectNode payload = triggers().payloads("Counted", Moment.BEFORE_SAVE).get(1);
        assertThat(object(payload).path("n").asInt()).isEqualTo(3);
        assertThat(object(payload).path("o")).isEqualTo(Json.read("{\"x\":1,\"y\":2}"));
        assertThat(object(payload).path("tags")).isEqualTo(Json.read("[\"a\",\"b\"]"));
        assertThat(object(payload).has("gone")).isFalse();
        assertThat(object(payload).path("objectId").asString()).isEqualTo(id);
        assertThat(payload.path("original").path("n").asInt()).isEqualTo(1);
        assertThat(payload.path("changed")).isEqualTo(Json.read("[\"n\",\"o\",\"tags\",\"gone\"]"));
        // The increment counts from what the trigger's own write left.
        assertThat(updated.body().path("n").asInt()).isEqualTo(12);
        assertThat(updated.body().path("mark").asString()).isEqualTo("x");
        ObjectNode stored = SERVER.stored("Counted", id).orElseThrow();
        assertThat(stored.path("n").asInt()).isEqualTo(12);
        assertThat(stored.path("mark").asString()).isEqualTo("x");
        assertThat(stored.path("o")).isEqualTo(Json.read("{\"x\":1,\"y\":2}"));
    }

    @Test
    void replacesAnOperationByWhatTheTriggerSays() {
        triggers()
                .on(
                        "Capped",
                        Moment.BEFORE_SAVE,
                        payload ->
                                object(payload)
                                        .put("n", Math.min(5, object(payload).path("n").asInt())));
        String id = SERVER.create("Capped", "{'n': 4}").id();
        Reply updated = SERVER.update("Capped", id, "{'n': {'__op': 'Increment', 'amount': 9}}");
        assertThat(updated.body().path("n").asInt()).isEqualTo(5);
        assertThat(SERVER.stored("Capped", id).orElseThrow().path("n").asInt()).isEqualTo(5);
    }

    @Test
    void deletesTheFieldsThatATriggerRemoved() {
        triggers()
                .on(
                        "Pruned",
                        Moment.BEFORE_SAVE,
                        payload -> {
                            object(payload).remove("old");
                            return object(payload);
                        });
        Reply created = SERVER.create("Pruned", "{'old': 1, 'kept': 1}");
        assertThat(SERVER.stored("Pruned", created.id()).orElseThrow().has("old")).isFalse();
        assertThat(created.body().path("old")).isEqualTo(Json.read("{\"__op\":\"Delete\"}"));

        triggers().watch("Pruned", Moment.BEFORE_SAVE);
        SERVER.update("Pruned", created.id(), "{'old': 2}");
        triggers()
                .on(
                        "Pruned",
                        Moment.BEFORE_SAVE,
                        payload -> {
                            object(payload).remove("old");
                            return object(payload);
                        });
        Reply updated =
                SERVER.update(
                        "Pruned", created.id(), "{'kept': 2}", "X-Parse-Client-Version: i1.19.0");
        assertThat(names(updated.body())).containsExactly("updatedAt");
        ObjectNode stored = SERVER.stored("Pruned", created.id()).orElseThrow();
        assertThat(stored.has("old")).isFalse();
        assertThat(stored.path("kept").asInt()).isEqualTo(2);
    }

    @Test
    void leavesRelationsAlone() {
        triggers()
                .on(
                        "Linked",
                        Moment.BEFORE_SAVE,
                        payload -> {
                            object(payload).remove("likes");
                            return object(payload).put("n", 2);
                        });
        String other = SERVER.create("Liked", "{}").id();
        String relation =
                "{'likes': {'__op': 'AddRelation', 'objects': [{'__type': 'Pointer',"
                        + " 'className': 'Liked', 'objectId': '"
                        + other
                        + "'}]}}";
        String id = SERVER.create("Linked", relation).id();
        SERVER.update("Linked", id, "{'n': 1}");
        String related =
                "{'$relatedTo': {'object': {'__type': 'Pointer', 'className': 'Linked',"
                        + " 'objectId': '"
                        + id
                        + "'}, 'key': 'likes'}}";
        assertThat(SERVER.find("Liked", TriggeredServer.where(related)).results()).hasSize(1);
    }

    @Test
    void refusesWhatATriggerRefuses() {
        triggers()
                .on(
                        "Refused",
                        Moment.BEFORE_SAVE,
                        _ -> {
                            throw new RialtoException(ErrorCode.VALIDATION_FAILED, "not today");
                        });
        triggers().watch("Refused", Moment.AFTER_SAVE);
        Reply refused = SERVER.create("Refused", "{}");
        assertThat(refused.code()).isEqualTo(142);
        assertThat(refused.body().path("error").asString()).isEqualTo("not today");
        assertThat(SERVER.find("Refused", "").results()).isEmpty();
        assertThat(triggers().payloads("Refused", Moment.AFTER_SAVE)).isEmpty();
    }

    @Test
    void refusesWhatNoTriggerMayReturn() {
        triggers().on("Odd", Moment.BEFORE_SAVE, _ -> Json.read("[1]"));
        assertThat(SERVER.create("Odd", "{}").code()).isEqualTo(141);
        for (String name : List.of("_rperm", "a.b", "_hashed_password")) {
            triggers().on("Odd", Moment.BEFORE_SAVE, payload -> object(payload).put(name, "x"));
            assertThat(SERVER.create("Odd", "{}").code()).as(name).isEqualTo(105);
        }
        triggers()
                .on(
                        "Odd",
                        Moment.BEFORE_SAVE,
                        payload -> object(payload).put("objectId", "mine").put("createdAt", 5));
        Reply created = SERVER.create("Odd", "{}");
        assertThat(created.id()).hasSize(10).isNotEqualTo("mine");
    }

    @Test
    void callsBeforeAndAfterOutsideOfTheTransaction() {
        List<Boolean> inside = new ArrayList<>();
        List<Boolean> visible = new ArrayList<>();
        for (Moment moment : Moment.values()) {
            triggers()
                    .on(
                            "Apart",
                            moment,
                            payload -> {
                                inside.add(SERVER.database().isInTransaction());
                                String id = object(payload).path("objectId").asString("");
                                visible.add(SERVER.stored("Apart", id).isPresent());
                                return NOTHING;
                            });
        }
        String id = SERVER.create("Apart", "{'n': 1}").id();
        SERVER.update("Apart", id, "{'n': 2}");
        SERVER.delete("Apart", id);
        assertThat(inside).hasSize(6).containsOnly(false);
        assertThat(visible).containsExactly(false, true, true, true, true, false);
    }

    @Test
    void showsWhatWasStoredAfterASave() {
        triggers().watch("Told", Moment.AFTER_SAVE);
        String id = SERVER.create("Told", "{'n': 1}").id();
        ObjectNode created = last("Told", Moment.AFTER_SAVE);
        assertThat(object(created).path("objectId").asString()).isEqualTo(id);
        assertThat(object(created).path("className").asString()).isEqualTo("Told");
        assertThat(object(created).has("updatedAt")).isTrue();
        assertThat(created.path("original").isNull()).isTrue();

        SERVER.update("Told", id, "{'n': {'__op': 'Increment', 'amount': 4}}");
        ObjectNode updated = last("Told", Moment.AFTER_SAVE);
        assertThat(object(updated).path("n").asInt()).isEqualTo(5);
        assertThat(updated.path("original").path("n").asInt()).isEqualTo(1);
        assertThat(updated.path("changed")).isEqualTo(Json.read("[\"n\"]"));
    }

    @Test
    void doesNotTellThatATriggerFailedAfterwards() {
        for (Moment moment : List.of(Moment.AFTER_SAVE, Moment.AFTER_DELETE)) {
            triggers()
                    .on(
                            "Failing",
                            moment,
                            _ -> {
                                throw new IllegalStateException("broken");
                            });
        }
        Reply created = SERVER.create("Failing", "{}");
        assertThat(created.status()).isEqualTo(201);
        assertThat(SERVER.delete("Failing", created.id()).status()).isEqualTo(200);
        assertThat(triggers().calls("Failing")).hasSize(2);
        assertThat(SERVER.stored("Failing", created.id())).isEmpty();
    }

    @Test
    void callsTheTriggersAfterABatchOnlyWhenAllOfItIsCommitted() {
        List<Integer> stored = new ArrayList<>();
        triggers()
                .on(
                        "Batched",
                        Moment.AFTER_SAVE,
                        _ -> {
                            stored.add(SERVER.find("Batched", "").results().size());
                            return NOTHING;
                        });
        String create = "{'method': 'POST', 'path': '/v1/classes/Batched', 'body': {'n': 1}}";
        String wrong = "{'method': 'POST', 'path': '/v1/classes/Batched', 'body': {'n': 'x'}}";
        String batch = "{'transaction': true, 'requests': [%s, %s]}";
        assertThat(SERVER.send("POST", "/batch", batch.formatted(create, wrong)).code())
                .isEqualTo(111);
        assertThat(stored).isEmpty();
        SERVER.send("POST", "/batch", batch.formatted(create, create));
        assertThat(stored).containsExactly(2, 2);
    }

    @Test
    void callsNoTriggerForWhatTheCallerMayNotDo() {
        for (Moment moment : Moment.values()) {
            triggers().watch("Guarded", moment);
        }
        String id =
                SERVER.create("Guarded", "{'ACL': {'*': {'read': true}}}", TestFrontDoor.MASTER)
                        .id();
        int before = triggers().calls("Guarded").size();
        assertThat(SERVER.update("Guarded", id, "{'n': 1}").code()).isEqualTo(101);
        assertThat(SERVER.delete("Guarded", id).code()).isEqualTo(101);
        assertThat(SERVER.update("Guarded", "nobody", "{'n': 1}").code()).isEqualTo(101);
        assertThat(SERVER.delete("Guarded", "nobody").code()).isEqualTo(101);
        assertThat(
                        SERVER.update(
                                        "Guarded",
                                        id,
                                        "{'n': 1, '_where': {'n': 7}}",
                                        TestFrontDoor.MASTER)
                                .code())
                .isEqualTo(1412);
        SERVER.send(
                "PUT",
                "/schemas/Guarded",
                "{'className': 'Guarded', 'classLevelPermissions': {'find': {'*': true}}}",
                TestFrontDoor.MASTER);
        assertThat(SERVER.create("Guarded", "{}").code()).isEqualTo(119);
        assertThat(triggers().calls("Guarded")).hasSize(before);
    }

    @Test
    void keepsProtectedFieldsFromWhoeverSaves() {
        SERVER.send(
                "POST",
                "/schemas/Discreet",
                """
                {'className': 'Discreet', 'fields': {'score': {'type': 'Number'}},
                 'classLevelPermissions': {'get': {'*': true}, 'create': {'*': true},
                 'addField': {'*': true}, 'protectedFields': {'*': ['score']}}}
                """,
                TestFrontDoor.MASTER);
        triggers()
                .on(
                        "Discreet",
                        Moment.BEFORE_SAVE,
                        payload -> object(payload).put("score", 5).put("open", 6));
        Reply created = SERVER.create("Discreet", "{}");
        assertThat(names(created.body()))
                .containsExactlyInAnyOrder("objectId", "createdAt", "open");
        assertThat(names(SERVER.create("Discreet", "{}", TestFrontDoor.MASTER).body()))
                .contains("score", "open");
    }

    @Test
    void showsADeletedObjectBeforeAndAfter() {
        triggers().watch("Dropped", Moment.AFTER_DELETE);
        triggers()
                .on(
                        "Dropped",
                        Moment.BEFORE_DELETE,
                        payload -> {
                            if (object(payload).path("kept").asBoolean(false)) {
                                throw new RialtoException(ErrorCode.SCRIPT_FAILED, "kept");
                            }
                            return NOTHING;
                        });
        String kept = SERVER.create("Dropped", "{'kept': true}").id();
        assertThat(SERVER.delete("Dropped", kept).code()).isEqualTo(141);
        assertThat(SERVER.stored("Dropped", kept)).isPresent();
        assertThat(triggers().payloads("Dropped", Moment.AFTER_DELETE)).isEmpty();

        String gone = SERVER.create("Dropped", "{'n': 3}").id();
        assertThat(SERVER.delete("Dropped", gone).status()).isEqualTo(200);
        for (Moment moment : List.of(Moment.BEFORE_DELETE, Moment.AFTER_DELETE)) {
            ObjectNode object = object(last("Dropped", moment));
            assertThat(object.path("objectId").asString()).isEqualTo(gone);
            assertThat(object.path("n").asInt()).isEqualTo(3);
        }
    }
}
