package dev.rialto.objects;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.objects.TriggerCalls.Subject;
import dev.rialto.spi.Triggers.Moment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Calls the triggers around each read of a class: by a request, an include, a sub-query, or any
/// other read on behalf of a caller. All of them go through here, so that a trigger hides objects
/// everywhere.
///
/// Triggers see only what the caller may see and can't extend it: a trigger's query runs with the
/// caller's rights.
final class FindTriggers {
    private static final String CLASS_NAME = "className";
    private static final String OBJECT_ID = "objectId";

    /// The parts of a query, besides its class, that a trigger may change.
    private static final Set<String> QUERY =
            Set.of("where", "order", "include", "keys", "excludeKeys", "skip", "limit");

    /// How deep queries that triggers add may trigger each other.
    private static final int MAX_DEPTH = 16;

    private static final ScopedValue<Integer> DEPTH = ScopedValue.newInstance();

    private final TriggerCalls calls;
    private final Finder finder;
    private final ConditionTriggers conditions;

    FindTriggers(TriggerCalls calls, Finder finder) {
        this.calls = calls;
        this.finder = finder;
        this.conditions = new ConditionTriggers(this, finder);
    }

    /// Whether a class has any that count for a reader.
    boolean has(Requester asker, String className) {
        return has(asker, className, Moment.BEFORE_FIND)
                || has(asker, className, Moment.AFTER_FIND);
    }

    boolean has(Requester asker, String className, Moment moment) {
        return asker.triggered() && calls.has(asker.app(), className, moment);
    }

    /// Whether any count for a query: those of its class, or of a class that its condition reads.
    boolean concern(Requester asker, String className, FindRequest request) {
        return has(asker, className) || conditions.concern(asker, request.where());
    }

    /// The condition of a write, with the triggers of the classes that it reads.
    ObjectNode resolve(Requester asker, ObjectNode where) {
        return conditions.concern(asker, where) ? conditions.resolve(asker, where) : where;
    }

    /// The result of a find with its triggers. Like the methods below, it must be called after the
    /// caller's permission was checked.
    List<ObjectNode> find(Requester asker, String className, FindRequest request) {
        BeforeFind asked = ask(asker, className, request, request.where(), false);
        FindRequest query = asked.query();
        return after(
                asker,
                className,
                query,
                asked.instead()
                        .map(chosen -> visible(asker, className, query, chosen))
                        .orElseGet(() -> finder.found(asker, className, query).objects()));
    }

    /// One object as returned by the triggers.
    ///
    /// @throws RialtoException OBJECT_NOT_FOUND
    ObjectNode get(Requester asker, String className, String objectId, FindRequest request) {
        ObjectNode byId = Json.object().put("objectId", objectId);
        BeforeFind asked = ask(asker, className, request, byId, true);
        FindRequest query = asked.query();
        List<ObjectNode> found =
                asked.instead()
                        .map(chosen -> visible(asker, className, query, named(objectId, chosen)))
                        .orElseGet(() -> List.of(finder.getIf(asker, className, objectId, query)));
        FindRequest told = query.where().isEmpty() ? query.withWhere(byId) : query;
        return after(asker, className, told, found).stream()
                .findFirst()
                .orElseThrow(ObjectWriter::notFound);
    }

    /// What may stand for one object that is asked for: itself, or what has no id.
    private static List<ObjectNode> named(String objectId, List<ObjectNode> chosen) {
        return chosen.stream()
                .filter(each -> each.path(OBJECT_ID).asString(objectId).equals(objectId))
                .toList();
    }

    /// The result of a beforeFind trigger.
    ///
    /// @param instead the objects that it answers, so that nothing is to be found; those with an id
    ///   are subject to [#visible]
    record BeforeFind(FindRequest query, Optional<List<ObjectNode>> instead) {}

    /// The request as the trigger before it wants it, and as those of the classes want it that its
    /// condition reads. Where the trigger answers objects, the request is for those of their ids.
    ///
    /// @param where what the trigger is told as the condition
    /// @param single whether one object is asked for by its id
    FindRequest before(
            Requester asker,
            String className,
            FindRequest request,
            ObjectNode where,
            boolean single) {
        BeforeFind asked = ask(asker, className, request, where, single);
        return asked.instead().isEmpty()
                ? asked.query()
                : asked.query().withWhere(among(ids(asked.instead().get())));
    }

    /// As [#before], for those who can answer what the trigger answers instead.
    BeforeFind ask(
            Requester asker,
            String className,
            FindRequest request,
            ObjectNode where,
            boolean single) {
        BeforeFind asked = asked(asker, className, request, where, single);
        return asked.instead().isPresent()
                ? asked
                : new BeforeFind(resolved(asker, asked.query()), Optional.empty());
    }

    /// The objects that a trigger answers instead, as the caller may see them: one with an id is
    /// read again with the rights of the caller, unless nothing is hidden from the caller anyway.
    List<ObjectNode> visible(
            Requester asker, String className, FindRequest query, List<ObjectNode> chosen) {
        List<String> ids = ids(chosen);
        if (ids.isEmpty() || asker.caller().seesEverything()) {
            return chosen;
        }
        FindRequest byIds = query.ofObjects(among(ids), ids.size());
        Map<String, ObjectNode> found = new HashMap<>();
        finder.found(asker, className, byIds)
                .objects()
                .forEach(each -> found.put(each.path(OBJECT_ID).asString(""), each));
        return chosen.stream()
                .map(each ->
                        each.has(OBJECT_ID) ? found.get(each.path(OBJECT_ID).asString("")) : each)
                .filter(Objects::nonNull)
                .toList();
    }

    private static List<String> ids(List<ObjectNode> objects) {
        return objects.stream()
                .filter(each -> each.has(OBJECT_ID))
                .map(each -> each.path(OBJECT_ID).asString(""))
                .distinct()
                .toList();
    }

    private static ObjectNode among(List<String> ids) {
        ObjectNode where = Json.object();
        ArrayNode all = where.putObject(OBJECT_ID).putArray("$in");
        ids.forEach(all::add);
        return where;
    }

    private FindRequest resolved(Requester asker, FindRequest asked) {
        if (!conditions.concern(asker, asked.where())) {
            return asked;
        }
        int depth = DEPTH.orElse(0) + 1;
        if (depth > MAX_DEPTH) {
            throw new RialtoException(
                    ErrorCode.SCRIPT_FAILED,
                    "the queries of triggers call each other more than " + MAX_DEPTH + " deep");
        }
        return ScopedValue.where(DEPTH, depth)
                .call(() -> asked.withWhere(conditions.resolve(asker, asked.where())));
    }

    private BeforeFind asked(
            Requester asker,
            String className,
            FindRequest request,
            ObjectNode where,
            boolean single) {
        var unchanged = new BeforeFind(request, Optional.empty());
        if (!has(asker, className, Moment.BEFORE_FIND)) {
            return unchanged;
        }
        Subject subject = subject(asker, className);
        ObjectNode query = query(className, request, where);
        ObjectNode payload = Json.object();
        payload.set("query", query.deepCopy());
        payload.put("single", single).put("count", request.count());
        JsonNode returned = calls.call(subject, Moment.BEFORE_FIND, payload);
        if (returned.isNull() || returned.isMissingNode()) {
            return unchanged;
        }
        if (returned.isArray()) {
            return new BeforeFind(
                    request, Optional.of(objects(subject, Moment.BEFORE_FIND, returned)));
        }
        JsonNode named = returned.path(CLASS_NAME);
        boolean ofClass = named.isMissingNode() || named.asString("").equals(className);
        if (!(Json.check(returned) instanceof ObjectNode wanted) || !ofClass) {
            throw TriggerCalls.wrong(
                    subject,
                    Moment.BEFORE_FIND,
                    "a query of the same class, an array of objects or null");
        }
        query.remove(CLASS_NAME);
        query.remove(request.preferences().keySet());
        QUERY.stream()
                .filter(part -> !wanted.path(part).isMissingNode())
                .forEach(part -> query.set(part, wanted.get(part)));
        if (query.get("keys") instanceof ArrayNode keys && keys.isEmpty()) {
            query.remove("keys");
        }
        FindRequest read = FindRequest.read(query);
        return new BeforeFind(
                request.withQuery(query.has("limit") ? read : read.withLimit(Integer.MAX_VALUE)),
                Optional.empty());
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
        ArrayNode excluded = query.putArray("excludeKeys");
        request.excludeKeys().forEach(excluded::add);
        query.put("skip", request.skip());
        request.preferences().forEach(query::put);
        return request.limit() == Integer.MAX_VALUE ? query : query.put("limit", request.limit());
    }

    /// What the trigger after a find wants to be answered.
    ///
    /// @param request the query that found them
    List<ObjectNode> after(
            Requester asker, String className, FindRequest request, List<ObjectNode> found) {
        if (!has(asker, className, Moment.AFTER_FIND)) {
            return found;
        }
        Subject subject = subject(asker, className);
        ObjectNode payload = Json.object().put(CLASS_NAME, className);
        ArrayNode objects = payload.putArray("objects");
        found.forEach(each -> objects.add(each.deepCopy().put(CLASS_NAME, className)));
        payload.set("query", query(className, request, request.where()));
        JsonNode returned = calls.call(subject, Moment.AFTER_FIND, payload);
        if (returned.isNull() || returned.isMissingNode()) {
            return found;
        }
        return objects(subject, Moment.AFTER_FIND, returned);
    }

    private static List<ObjectNode> objects(Subject subject, Moment moment, JsonNode returned) {
        List<ObjectNode> objects = new ArrayList<>();
        for (JsonNode each : Json.check(returned)) {
            if (returned.isArray() && each instanceof ObjectNode object) {
                object.remove(List.of(CLASS_NAME, "__type"));
                objects.add(object);
            } else {
                throw wrongObjects(subject, moment);
            }
        }
        if (!returned.isArray()) {
            throw wrongObjects(subject, moment);
        }
        return objects;
    }

    private static Subject subject(Requester asker, String className) {
        return new Subject(asker.app(), asker.caller(), asker.call(), className);
    }

    private static RuntimeException wrongObjects(Subject subject, Moment moment) {
        return TriggerCalls.wrong(subject, moment, "an array of objects or null");
    }
}
