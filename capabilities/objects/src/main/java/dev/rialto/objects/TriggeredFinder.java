package dev.rialto.objects;

import dev.rialto.http.Call;
import dev.rialto.kernel.Json;
import dev.rialto.objects.TriggerCalls.Subject;
import dev.rialto.objects.spi.Triggers.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Finds objects for requests, with the triggers of their class around it. They see what the caller
/// may see and do not widen it: a query that a trigger made runs with the caller's rights.
final class TriggeredFinder {
    private static final String CLASS_NAME = "className";

    /// The parts of a query that a trigger may change, beside its class.
    private static final Set<String> QUERY =
            Set.of("where", "order", "include", "keys", "skip", "limit");

    private final Finder finder;
    private final TriggerCalls triggers;

    TriggeredFinder(Finder finder, TriggerCalls triggers) {
        this.finder = finder;
        this.triggers = triggers;
    }

    /// Answers a find.
    Rendered find(Call call, String className, FindRequest request) {
        // A redirect must not lead past the triggers of the class that is queried in the end.
        boolean untouched = request.redirect().isEmpty() && !isTriggered(call, className);
        if (untouched) {
            return finder.find(call.app(), call.caller(), className, request);
        }
        String queried =
                finder.requireAskable(
                        call.app(), call.caller(), className, request, Optional.empty());
        Subject subject = subject(call, queried);
        FindRequest asked = before(subject, request, request.where(), false);
        boolean followed = has(call, queried, Moment.AFTER_FIND);
        if (!followed || asked.explain() || asked.limit() == 0) {
            return finder.find(call.app(), call.caller(), className, asked);
        }
        Found found = finder.found(call.app(), call.caller(), className, asked);
        return finder.render(found.with(after(subject, found.objects())));
    }

    /// Answers a get.
    ///
    /// @throws dev.rialto.kernel.RialtoException OBJECT_NOT_FOUND
    Rendered get(Call call, String className, String objectId, FindRequest request) {
        if (!isTriggered(call, className)) {
            return finder.get(call.app(), call.caller(), className, objectId, request);
        }
        finder.requireAskable(call.app(), call.caller(), className, request, Optional.of(objectId));
        Subject subject = subject(call, className);
        ObjectNode byId = Json.object().put("objectId", objectId);
        FindRequest asked = before(subject, request, byId, true);
        ObjectNode found = finder.getIf(call.app(), call.caller(), className, objectId, asked);
        if (!has(call, className, Moment.AFTER_FIND)) {
            return finder.render(found);
        }
        List<ObjectNode> answered = after(subject, List.of(found));
        return finder.render(answered.stream().findFirst().orElseThrow(ObjectWriter::notFound));
    }

    private boolean isTriggered(Call call, String className) {
        return has(call, className, Moment.BEFORE_FIND) || has(call, className, Moment.AFTER_FIND);
    }

    private boolean has(Call call, String className, Moment moment) {
        return triggers.has(call.app(), className, moment);
    }

    private static Subject subject(Call call, String className) {
        return new Subject(call.app(), call.caller(), Optional.of(call), className);
    }

    /// The request as the trigger before it wants it.
    private FindRequest before(
            Subject subject, FindRequest request, ObjectNode where, boolean single) {
        if (!triggers.has(subject.app(), subject.className(), Moment.BEFORE_FIND)) {
            return request;
        }
        ObjectNode query = query(subject.className(), request, where);
        ObjectNode payload = Json.object();
        payload.set("query", query.deepCopy());
        payload.put("single", single);
        JsonNode returned = triggers.call(subject, Moment.BEFORE_FIND, payload);
        if (returned.isNull() || returned.isMissingNode()) {
            return request;
        }
        JsonNode named = returned.path(CLASS_NAME);
        boolean ofClass = named.isMissingNode() || named.asString("").equals(subject.className());
        if (!(Json.check(returned) instanceof ObjectNode wanted) || !ofClass) {
            throw TriggerCalls.wrong(
                    subject, Moment.BEFORE_FIND, "a query of the same class or null");
        }
        query.remove(CLASS_NAME);
        QUERY.stream()
                .filter(part -> !wanted.path(part).isMissingNode())
                .forEach(part -> query.set(part, wanted.get(part)));
        if (query.get("keys") instanceof ArrayNode keys && keys.isEmpty()) {
            query.remove("keys");
        }
        return request.withQuery(FindRequest.read(query));
    }

    private static ObjectNode query(String className, FindRequest request, ObjectNode where) {
        ObjectNode query = Json.object().put(CLASS_NAME, className);
        query.set("where", where.deepCopy());
        ArrayNode order = query.putArray("order");
        request.order().forEach(key -> order.add((key.descending() ? "-" : "") + key.path()));
        ArrayNode include = query.putArray("include");
        request.include().forEach(include::add);
        if (request.includeAll()) {
            include.add("*");
        }
        ArrayNode keys = query.putArray("keys");
        request.keys().ifPresent(wanted -> wanted.forEach(keys::add));
        return query.put("skip", request.skip()).put("limit", request.limit());
    }

    /// What the trigger after a find wants to be answered.
    private List<ObjectNode> after(Subject subject, List<ObjectNode> found) {
        ObjectNode payload = Json.object().put(CLASS_NAME, subject.className());
        ArrayNode objects = payload.putArray("objects");
        found.forEach(each -> objects.add(each.deepCopy().put(CLASS_NAME, subject.className())));
        JsonNode returned = triggers.call(subject, Moment.AFTER_FIND, payload);
        if (returned.isNull() || returned.isMissingNode()) {
            return found;
        }
        List<ObjectNode> answered = new ArrayList<>();
        for (JsonNode each : returned) {
            if (returned.isArray() && each instanceof ObjectNode object) {
                object.remove(List.of(CLASS_NAME, "__type"));
                answered.add(object);
            } else {
                throw wrongObjects(subject);
            }
        }
        if (!returned.isArray()) {
            throw wrongObjects(subject);
        }
        return answered;
    }

    private static RuntimeException wrongObjects(Subject subject) {
        return TriggerCalls.wrong(subject, Moment.AFTER_FIND, "an array of objects or null");
    }
}
