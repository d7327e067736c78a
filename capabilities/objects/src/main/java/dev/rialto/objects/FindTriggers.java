package dev.rialto.objects;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.objects.TriggerCalls.Subject;
import dev.rialto.objects.spi.Triggers.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The triggers around each read of a class: as a request's own class, by an include, by a query in
/// a query, or by whatever else reads for somebody. All of them come here, so that what a trigger
/// hides is hidden everywhere.
///
/// Triggers see what the caller may see and do not widen it: a query that a trigger made runs with
/// the caller's rights.
final class FindTriggers {
    private static final String CLASS_NAME = "className";

    /// The parts of a query that a trigger may change, beside its class.
    private static final Set<String> QUERY =
            Set.of("where", "order", "include", "keys", "excludeKeys", "skip", "limit");

    /// How deep the queries that triggers add to queries may lead to each other.
    private static final int DEEPEST = 16;

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
    boolean has(Asker asker, String className) {
        return has(asker, className, Moment.BEFORE_FIND)
                || has(asker, className, Moment.AFTER_FIND);
    }

    boolean has(Asker asker, String className, Moment moment) {
        return asker.triggered() && calls.has(asker.app(), className, moment);
    }

    /// Whether any count for a query: those of its class, or of a class that its condition reads.
    boolean concern(Asker asker, String className, FindRequest request) {
        return has(asker, className) || conditions.concern(asker, request.where());
    }

    /// The condition of a write, with the triggers of the classes that it reads.
    ObjectNode resolve(Asker asker, ObjectNode where) {
        return conditions.concern(asker, where) ? conditions.resolve(asker, where) : where;
    }

    /// What is found when the triggers have had their say. As the methods that follow, to be asked
    /// once it is known that the caller may ask so.
    List<ObjectNode> find(Asker asker, String className, FindRequest request) {
        FindRequest asked = before(asker, className, request, request.where(), false);
        return after(asker, className, asked, finder.found(asker, className, asked).objects());
    }

    /// One object as the triggers let it be seen.
    ///
    /// @throws RialtoException OBJECT_NOT_FOUND
    ObjectNode get(Asker asker, String className, String objectId, FindRequest request) {
        ObjectNode byId = Json.object().put("objectId", objectId);
        FindRequest asked = before(asker, className, request, byId, true);
        ObjectNode found = finder.getIf(asker, className, objectId, asked);
        FindRequest told = asked.where().isEmpty() ? asked.withWhere(byId) : asked;
        return after(asker, className, told, List.of(found)).stream()
                .findFirst()
                .orElseThrow(ObjectWriter::notFound);
    }

    /// The request as the trigger before it wants it, and as those of the classes want it that its
    /// condition reads.
    ///
    /// @param where what the trigger is told as the condition
    /// @param single whether one object is asked for by its id
    FindRequest before(
            Asker asker, String className, FindRequest request, ObjectNode where, boolean single) {
        FindRequest asked = asked(asker, className, request, where, single);
        if (!conditions.concern(asker, asked.where())) {
            return asked;
        }
        int depth = DEPTH.orElse(0) + 1;
        if (depth > DEEPEST) {
            throw new RialtoException(
                    ErrorCode.SCRIPT_FAILED,
                    "the queries that triggers make lead to each other more than "
                            + DEEPEST
                            + " deep");
        }
        return ScopedValue.where(DEPTH, depth)
                .call(() -> asked.withWhere(conditions.resolve(asker, asked.where())));
    }

    private FindRequest asked(
            Asker asker, String className, FindRequest request, ObjectNode where, boolean single) {
        if (!has(asker, className, Moment.BEFORE_FIND)) {
            return request;
        }
        Subject subject = subject(asker, className);
        ObjectNode query = query(className, request, where);
        ObjectNode payload = Json.object();
        payload.set("query", query.deepCopy());
        payload.put("single", single).put("count", request.count());
        JsonNode returned = calls.call(subject, Moment.BEFORE_FIND, payload);
        if (returned.isNull() || returned.isMissingNode()) {
            return request;
        }
        JsonNode named = returned.path(CLASS_NAME);
        boolean ofClass = named.isMissingNode() || named.asString("").equals(className);
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
        FindRequest read = FindRequest.read(query);
        return request.withQuery(query.has("limit") ? read : read.withLimit(Integer.MAX_VALUE));
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
        return request.limit() == Integer.MAX_VALUE ? query : query.put("limit", request.limit());
    }

    /// What the trigger after a find wants to be answered.
    ///
    /// @param request the query that found them
    List<ObjectNode> after(
            Asker asker, String className, FindRequest request, List<ObjectNode> found) {
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

    private static Subject subject(Asker asker, String className) {
        return new Subject(asker.app(), asker.caller(), asker.call(), className);
    }

    private static RuntimeException wrongObjects(Subject subject) {
        return TriggerCalls.wrong(subject, Moment.AFTER_FIND, "an array of objects or null");
    }
}
