package dev.rialto.hosting;

import dev.rialto.kernel.Json;
import dev.rialto.spi.Triggers.Moment;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What the triggers of one moment come to. Each is given what those before it made of the payload,
/// and what it leaves alone stays as they answered.
final class TriggerAnswers {
    private final Moment moment;
    private final ObjectNode payload;
    private JsonNode answer = Json.nodes().nullNode();

    /// @param payload changes with each answer, to what the next trigger is given
    TriggerAnswers(Moment moment, ObjectNode payload) {
        this.moment = moment;
        this.payload = payload;
    }

    /// What all of them answered, or JSON null.
    JsonNode answer() {
        return answer;
    }

    void add(JsonNode said) {
        if (said.isNull()) {
            return;
        }
        if (payload.has("file") && said instanceof ObjectNode file) {
            addFile(file);
            return;
        }
        switch (moment) {
            case BEFORE_SAVE -> pass("object", said);
            case AFTER_FIND -> pass("objects", said);
            case BEFORE_FIND -> addQuery(said);
            case AFTER_SAVE -> addTold(said);
            case BEFORE_DELETE,
                    AFTER_DELETE,
                    BEFORE_LOGIN,
                    AFTER_LOGIN,
                    AFTER_LOGOUT,
                    BEFORE_CONNECT,
                    BEFORE_SUBSCRIBE,
                    AFTER_EVENT ->
                    answer = said;
        }
    }

    private void pass(String name, JsonNode said) {
        payload.set(name, said);
        answer = said;
    }

    /// Objects in place of a query are the answer; the triggers that follow may still refuse.
    private void addQuery(JsonNode said) {
        if (answer.isArray()) {
            return;
        }
        if (said.isArray()) {
            answer = said;
        } else {
            pass("query", said);
        }
    }

    /// The fields that the writer of an object is told in place of the stored ones.
    private void addTold(JsonNode said) {
        if (!(said instanceof ObjectNode fields)) {
            answer = said;
            return;
        }
        merge(fields);
        if (payload.path("object") instanceof ObjectNode object) {
            for (var each : fields.properties()) {
                String operation = each.getValue().path("__op").asString("");
                if (operation.equals("Delete")) {
                    object.remove(each.getKey());
                } else if (operation.isEmpty()) {
                    object.set(each.getKey(), each.getValue());
                }
            }
        }
    }

    private void addFile(ObjectNode said) {
        switch (moment) {
            case AFTER_FIND -> payload.setAll(said);
            case BEFORE_SAVE -> addSaved(said);
            default -> payload.set("file", said.deepCopy());
        }
        merge(said);
    }

    /// A new content takes the place of one that an earlier trigger gave. Triggers are told of a
    /// file without its content.
    private void addSaved(ObjectNode said) {
        ObjectNode file = payload.path("file").deepCopy().asObject();
        if (!said.path("url").asString("").isEmpty()
                || !said.path("base64").asString("").isEmpty()) {
            file.remove("url");
            if (answer instanceof ObjectNode earlier) {
                earlier.remove(List.of("url", "base64", "contentType"));
            }
        }
        file.setAll(said);
        file.remove("base64");
        payload.set("file", file);
    }

    private void merge(ObjectNode said) {
        ObjectNode merged =
                answer instanceof ObjectNode earlier ? earlier.deepCopy() : Json.object();
        answer = merged.setAll(said);
    }
}
