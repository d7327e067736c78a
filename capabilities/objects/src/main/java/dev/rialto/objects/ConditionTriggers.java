package dev.rialto.objects;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.QueryLimits;
import dev.rialto.spi.Triggers.Moment;
import dev.rialto.where.SortKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The find triggers of the classes that a condition reads, by queries in it or by the owner of a
/// relation. A sub-query is replaced by the result of its beforeFind trigger; if there is an
/// afterFind trigger, the sub-query runs first, and is replaced by the ids that the trigger
/// returns.
final class ConditionTriggers {
    private static final Set<String> IN_QUERY = Set.of("$inQuery", "$notInQuery");
    private static final Set<String> SELECT = Set.of("$select", "$dontSelect");
    private static final String RELATED = "$relatedTo";
    private static final String CLASS_NAME = "className";
    private static final Set<String> QUERY =
            Set.of("where", "order", "limit", "skip", "redirectClassNameForKey");

    /// The maximum number of objects of a sub-query whose class has an afterFind trigger: their ids
    /// become part of the condition.
    private static final int MAX_FOUND = QueryLimits.DEFAULT.values();

    private final FindTriggers triggers;
    private final Finder finder;

    ConditionTriggers(FindTriggers triggers, Finder finder) {
        this.triggers = triggers;
        this.finder = finder;
    }

    /// Whether a class that the condition reads has any.
    boolean concern(Requester asker, JsonNode condition) {
        if (!asker.triggered() || condition.isEmpty()) {
            return false;
        }
        for (Map.Entry<String, JsonNode> each : condition.properties()) {
            JsonNode value = each.getValue();
            boolean own =
                    switch (each.getKey()) {
                        case "$inQuery", "$notInQuery" -> isTriggered(asker, value);
                        case "$select", "$dontSelect" -> isTriggered(asker, value.path("query"));
                        case RELATED -> isTriggered(asker, value.path("object"));
                        default -> false;
                    };
            if (own || concern(asker, value)) {
                return true;
            }
        }
        if (condition.isArray()) {
            for (JsonNode each : condition) {
                if (concern(asker, each)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isTriggered(Requester asker, JsonNode query) {
        return triggers.has(asker, queriedClass(asker, query));
    }

    /// The class that a sub-query finally refers to.
    private String queriedClass(Requester asker, JsonNode query) {
        String className = query.path(CLASS_NAME).asString("");
        String redirect = query.path("redirectClassNameForKey").asString("");
        return redirect.isEmpty() ? className : finder.redirected(asker.app(), className, redirect);
    }

    /// The condition as changed by the triggers, as a new node.
    ///
    /// @param where is known to be well formed
    ObjectNode resolve(Requester asker, ObjectNode where) {
        ObjectNode resolved = where.deepCopy();
        walk(asker, resolved);
        return resolved;
    }

    private void walk(Requester asker, JsonNode condition) {
        if (condition instanceof ObjectNode object) {
            for (String name : List.copyOf(object.propertyNames())) {
                JsonNode value = object.path(name);
                if (IN_QUERY.contains(name) && value instanceof ObjectNode query) {
                    object.set(name, narrowed(asker, query));
                } else if (SELECT.contains(name) && value instanceof ObjectNode select) {
                    select(asker, object, name, select);
                } else if (name.equals(RELATED)) {
                    if (!isVisible(asker, value.path("object"))) {
                        object.remove(name);
                        object.withArray("$nor").addObject();
                    }
                } else {
                    walk(asker, value);
                }
            }
        } else if (condition.isArray()) {
            condition.forEach(each -> walk(asker, each));
        }
    }

    /// A sub-query that finds only what the triggers return.
    private ObjectNode narrowed(Requester asker, ObjectNode query) {
        String className = queriedClass(asker, query);
        ObjectNode narrowed = Json.object().put(CLASS_NAME, className);
        if (triggers.has(asker, className, Moment.AFTER_FIND)) {
            ArrayNode ids = narrowed.putObject("where").putObject("objectId").putArray("$in");
            found(asker, className, query).forEach(each -> ids.add(each.path("objectId")));
            return narrowed;
        }
        FindRequest asked = request(query);
        FindRequest wanted = triggers.before(asker, className, asked, asked.where(), false);
        narrowed.set("where", wanted.where());
        if (!wanted.order().isEmpty()) {
            narrowed.put("order", SortKey.write(wanted.order()));
        }
        if (wanted.limit() != Integer.MAX_VALUE) {
            narrowed.put("limit", wanted.limit());
        }
        if (wanted.skip() != 0) {
            narrowed.put("skip", wanted.skip());
        }
        return narrowed;
    }

    private void select(Requester asker, ObjectNode condition, String name, ObjectNode select) {
        if (!(select.get("query") instanceof ObjectNode query)) {
            return;
        }
        String className = queriedClass(asker, query);
        if (!triggers.has(asker, className, Moment.AFTER_FIND)) {
            select.set("query", narrowed(asker, query));
            return;
        }
        List<String> path = List.of(select.path("key").asString("").split("\\.", -1));
        List<JsonNode> values = new ArrayList<>();
        found(asker, className, query).forEach(each -> collect(each, path, values));
        condition.remove(name);
        replace(condition, name.equals("$select"), values);
    }

    /// A constraint that a field has, or does not have, one of the values.
    private static void replace(ObjectNode condition, boolean one, List<JsonNode> values) {
        String operator = one ? "$in" : "$nin";
        List<JsonNode> listed = new ArrayList<>(values);
        if (condition.get(operator) instanceof ArrayNode given) {
            List<JsonNode> own = new ArrayList<>();
            given.forEach(own::add);
            if (one) {
                listed.retainAll(own);
            } else {
                listed.addAll(own);
            }
        }
        ArrayNode list = condition.putArray(operator);
        listed.forEach(list::add);
    }

    private static void collect(JsonNode value, List<String> path, List<JsonNode> values) {
        if (value.isArray()) {
            value.forEach(each -> collect(each, path, values));
        } else if (!path.isEmpty()) {
            collect(value.path(path.getFirst()), path.subList(1, path.size()), values);
        } else if (!value.isMissingNode() && !value.isNull()) {
            values.add(value);
        }
    }

    private List<ObjectNode> found(Requester asker, String className, ObjectNode query) {
        FindRequest asked = request(query);
        boolean whole = asked.limit() == Integer.MAX_VALUE;
        List<ObjectNode> found =
                triggers.find(asker, className, whole ? asked.withLimit(MAX_FOUND + 1) : asked);
        if (found.size() > MAX_FOUND) {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY,
                    "a sub-query may find up to "
                            + MAX_FOUND
                            + " objects of a class that has an afterFind trigger; "
                            + className
                            + " has more");
        }
        return found;
    }

    /// A sub-query finds all matching objects by default.
    private static FindRequest request(ObjectNode query) {
        ObjectNode parameters = Json.object();
        QUERY.stream()
                .filter(name -> query.has(name) && !name.equals("redirectClassNameForKey"))
                .forEach(name -> parameters.set(name, query.get(name)));
        FindRequest read = FindRequest.read(parameters);
        return query.has("limit") ? read : read.withLimit(Integer.MAX_VALUE);
    }

    /// Whether the caller may get the owner of a relation, and the triggers of its class return it.
    private boolean isVisible(Requester asker, JsonNode owner) {
        String className = owner.path(CLASS_NAME).asString("");
        if (!triggers.has(asker, className)) {
            return true;
        }
        try {
            String id = owner.path("objectId").asString("");
            triggers.get(asker, className, id, FindRequest.all());
            return true;
        } catch (RialtoException refused) {
            if (refused.code() == ErrorCode.OBJECT_NOT_FOUND) {
                return false;
            }
            throw refused;
        }
    }
}
