package dev.rialto.sdk.testing;

import dev.rialto.sdk.Entity;
import dev.rialto.sdk.Query;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The order and the form in which a query's objects are answered.
final class Answered {
    static final int USUAL_LIMIT = 100;

    private static final List<String> ALWAYS = List.of("createdAt", "updatedAt", "ACL");

    /// Where objects are found that pointers lead to.
    interface Lookup {
        Optional<Entity> get(String className, String id);
    }

    private Answered() {}

    /// Null comes first, or last when the order goes down.
    static Comparator<Entity> order(List<String> fields) {
        Comparator<Entity> order = (_, _) -> 0;
        for (String field : fields) {
            boolean down = field.startsWith("-");
            String name = down ? field.substring(1) : field;
            Comparator<Entity> next =
                    (one, other) ->
                            compare(Conditions.value(one, name), Conditions.value(other, name));
            order = order.thenComparing(down ? next.reversed() : next);
        }
        return order;
    }

    private static int compare(@Nullable Object one, @Nullable Object other) {
        if (one == null || other == null) {
            return Boolean.compare(one != null, other != null);
        }
        return Conditions.order(one, other).orElse(0);
    }

    /// With the objects that are to be included, and only the fields that are asked for.
    static Entity form(Entity object, Query query, Lookup lookup) {
        Entity formed = object;
        for (String path : query.include()) {
            formed = including(formed, path, lookup);
        }
        return query.keys().isEmpty() ? formed : only(formed, query);
    }

    private static Entity including(Entity object, String path, Lookup lookup) {
        int dot = path.indexOf('.');
        String field = dot < 0 ? path : path.substring(0, dot);
        String rest = dot < 0 ? "" : path.substring(dot + 1);
        Object value = object.get(field);
        return value == null ? object : object.with(field, included(value, rest, lookup));
    }

    private static Object included(Object value, String rest, Lookup lookup) {
        return switch (value) {
            case Entity.Pointer(String className, String id) ->
                    lookup.get(className, id)
                            .map(each -> included(each, rest, lookup))
                            .orElse(value);
            case Entity object -> rest.isEmpty() ? object : including(object, rest, lookup);
            case List<?> list -> {
                List<@Nullable Object> all = new ArrayList<>();
                list.forEach(each -> all.add(each == null ? null : included(each, rest, lookup)));
                yield all;
            }
            default -> value;
        };
    }

    private static Entity only(Entity object, Query query) {
        Set<String> wanted = new HashSet<>(ALWAYS);
        query.keys().forEach(each -> wanted.add(each.replaceFirst("\\..*", "")));
        query.include().forEach(each -> wanted.add(each.replaceFirst("\\..*", "")));
        Map<String, @Nullable Object> fields = new LinkedHashMap<>(object.fields());
        fields.keySet().retainAll(wanted);
        return new Entity(object.className(), object.id(), fields);
    }
}
