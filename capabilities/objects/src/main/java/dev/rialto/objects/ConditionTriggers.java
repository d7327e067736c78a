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
/// relation. A query in a query becomes what the trigger before it makes of it; where there is a
/// trigger after it, it is run first, and what the trigger leaves of it takes its place.
final class ConditionTriggers {
    private static final Set<String> IN_QUERY = Set.of("$inQuery", "$notInQuery");
    private static final Set<String> SELECT = Set.of("$select", "$dontSelect");
    private static final String RELATED = "$relatedTo";
    private static final String CLASS_NAME = "className";
    private static final Set<String> QUERY =
            Set.of("where", "order", "limit", "skip", "redirectClassNameForKey");

    /// The most objects that a query finds whose class has a trigger after it: their ids become
    /// part of the condition.
    private static final int MOST_FOUND = QueryLimits.DEFAULT.values();

    private final FindTriggers triggers;
    private final Finder finder;

    ConditionTriggers(FindTriggers triggers, Finder finder) {
        this.triggers = triggers;
        this.finder = finder;
    }

    /// Whether a class that the condition reads has any.
    boolean concern(Asker asker, JsonNode condition) {
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

    private boolean isTriggered(Asker asker, JsonNode query) {
        return triggers.has(asker, queriedClass(asker, query));
    }

    /// The class that a query in a condition is about in the end.
    private String queriedClass(Asker asker, JsonNode query) {
        String className = query.path(CLASS_NAME).asString("");
        String redirect = query.path("redirectClassNameForKey").asString("");
        return redirect.isEmpty() ? className : finder.redirected(asker.app(), className, redirect);
    }

    /// The condition as the triggers want it, as a new node.
    ///
    /// @param where is known to be well formed
    ObjectNode resolve(Asker asker, ObjectNode where) {
        ObjectNode resolved = where.deepCopy();
        walk(asker, resolved);
        return resolved;
    }

    private void walk(Asker asker, JsonNode condition) {
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

    /// A query that finds what the triggers let it find.
    private ObjectNode narrowed(Asker asker, ObjectNode query) {
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

    private void select(Asker asker, ObjectNode condition, String name, ObjectNode select) {
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

    /// Says of a field that it has, or has not, one of the values.
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

    private List<ObjectNode> found(Asker asker, String className, ObjectNode query) {
        FindRequest asked = request(query);
        boolean whole = asked.limit() == Integer.MAX_VALUE;
        List<ObjectNode> found =
                triggers.find(asker, className, whole ? asked.withLimit(MOST_FOUND + 1) : asked);
        if (found.size() > MOST_FOUND) {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY,
                    "a sub-query may find up to "
                            + MOST_FOUND
                            + " objects of a class that has an afterFind trigger; "
                            + className
                            + " has more");
        }
        return found;
    }

    /// A query in a query finds all that match, unless it says otherwise.
    private static FindRequest request(ObjectNode query) {
        ObjectNode parameters = Json.object();
        QUERY.stream()
                .filter(name -> query.has(name) && !name.equals("redirectClassNameForKey"))
                .forEach(name -> parameters.set(name, query.get(name)));
        FindRequest read = FindRequest.read(parameters);
        return query.has("limit") ? read : read.withLimit(Integer.MAX_VALUE);
    }

    /// Whether the caller may get the owner of a relation, and the triggers of its class show it.
    private boolean isVisible(Asker asker, JsonNode owner) {
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
