package dev.rialto.objects;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Replaces pointers by the objects that they refer to. A pointer to a missing or unreadable object
/// is removed.
final class Includer {
    /// The maximum number of included objects in a response: circular pointers multiply with every
    /// step.
    private static final int MAX_INCLUDED = 100_000;

    private final Finder finder;

    Includer(Finder finder) {
        this.finder = finder;
    }

    /// The steps to include below a step.
    private record Tree(Map<String, Tree> steps) {
        Tree() {
            this(new TreeMap<>());
        }

        void add(String path) {
            Tree at = this;
            for (String step : path.split("\\.", -1)) {
                at = at.steps.computeIfAbsent(step, _ -> new Tree());
            }
        }
    }

    /// A pointer to replace: a field of an object, or an element of an array in it.
    ///
    /// @param index position in the array; -1 when the pointer is the field itself
    private record Slot(ObjectNode holder, String key, int index, JsonNode pointer) {
        String className() {
            return pointer.path("className").asString("");
        }

        String id() {
            return pointer.path("objectId").asString("");
        }
    }

    /// How many objects may still be included.
    private static final class Allowance {
        private int left = MAX_INCLUDED;

        void take(int objects) {
            left -= objects;
            if (left < 0) {
                throw new RialtoException(
                        ErrorCode.INVALID_QUERY,
                        "a response may include up to " + MAX_INCLUDED + " objects");
            }
        }
    }

    /// The state of including.
    private record Traversal(Plan plan, Allowance allowance) {}

    void include(Plan plan, List<ObjectNode> objects) {
        FindRequest request = plan.request();
        var tree = new Tree();
        if (request.includeAll()) {
            includable(plan.schema()).forEach(tree::add);
        }
        request.followed().forEach(tree::add);
        if (!tree.steps().isEmpty() && !objects.isEmpty()) {
            follow(new Traversal(plan, new Allowance()), objects, tree, "");
        }
    }

    /// The fields of a class that may have pointers.
    static List<String> includable(ClassSchema schema) {
        List<String> names = new ArrayList<>();
        schema.fields()
                .forEach((name, field) -> {
                    if (field.type() instanceof FieldType.Pointer
                            || field.type() instanceof FieldType.Array) {
                        names.add(name);
                    }
                });
        return names;
    }

    private void follow(Traversal journey, List<ObjectNode> holders, Tree tree, String prefix) {
        for (Map.Entry<String, Tree> step : tree.steps().entrySet()) {
            String key = step.getKey();
            String path = prefix + key;
            List<Slot> slots = new ArrayList<>();
            List<ObjectNode> next = new ArrayList<>();
            for (ObjectNode holder : holders) {
                collect(holder, key, slots, next);
            }
            journey.allowance().take(slots.size() + next.size());
            boolean ends = step.getValue().steps().isEmpty();
            next.addAll(replace(journey.plan(), slots, path, ends));
            if (!ends && !next.isEmpty()) {
                follow(journey, next, step.getValue(), path + ".");
            }
        }
    }

    private static void collect(
            ObjectNode holder, String key, List<Slot> slots, List<ObjectNode> next) {
        JsonNode value = holder.path(key);
        if (isPointer(value)) {
            slots.add(new Slot(holder, key, -1, value));
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                JsonNode element = value.get(i);
                if (isPointer(element)) {
                    slots.add(new Slot(holder, key, i, element));
                } else if (element instanceof ObjectNode object) {
                    next.add(object);
                }
            }
        } else if (value instanceof ObjectNode object) {
            next.add(object);
        }
    }

    private static boolean isPointer(JsonNode value) {
        return value.path("__type").asString("").equals("Pointer");
    }

    /// @param ends whether nothing is included below: an object may then stand in many places
    private List<ObjectNode> replace(Plan plan, List<Slot> slots, String path, boolean ends) {
        Optional<List<String>> keys = keysBelow(plan.request(), path);
        List<String> excluded = excludedBelow(plan.request(), path);
        Map<String, Set<String>> wanted = new LinkedHashMap<>();
        for (Slot slot : slots) {
            wanted.computeIfAbsent(slot.className(), _ -> new HashSet<>()).add(slot.id());
        }
        Map<String, ObjectNode> found = new HashMap<>();
        wanted.forEach((className, ids) ->
                finder.fetchIncluded(
                                plan.asker(),
                                className,
                                List.copyOf(ids),
                                new Finder.Shown(keys, excluded))
                        .forEach(each -> found.put(name(className, each), each)));
        List<ObjectNode> placed = new ArrayList<>();
        // Backwards, so that removing an element leaves the positions before it as they are.
        for (Slot slot : slots.reversed()) {
            ObjectNode object = found.get(slot.className() + "/" + slot.id());
            if (object == null) {
                remove(slot);
            } else {
                ObjectNode copy = ends ? object : object.deepCopy();
                placed.add(copy);
                put(slot, copy);
            }
        }
        return placed;
    }

    private static void put(Slot slot, ObjectNode object) {
        if (slot.holder().get(slot.key()) instanceof ArrayNode array) {
            array.set(slot.index(), object);
        } else {
            slot.holder().set(slot.key(), object);
        }
    }

    private static void remove(Slot slot) {
        if (slot.holder().get(slot.key()) instanceof ArrayNode array) {
            array.remove(slot.index());
        } else {
            slot.holder().remove(slot.key());
        }
    }

    private static String name(String className, ObjectNode object) {
        return className + "/" + object.path("objectId").asString("");
    }

    /// The keys asked of the objects at a path; empty for all of them.
    private static Optional<List<String>> keysBelow(FindRequest request, String path) {
        return request.keys()
                .map(keys -> below(keys, path).stream().map(Includer::root).distinct().toList())
                .filter(keys -> !keys.isEmpty());
    }

    /// The fields that are left out of the objects at a path.
    private static List<String> excludedBelow(FindRequest request, String path) {
        return below(request.excludeKeys(), path).stream()
                .filter(key -> key.indexOf('.') < 0)
                .toList();
    }

    /// The fields of what is included below are chosen when it is included.
    private static String root(String key) {
        int dot = key.indexOf('.');
        return dot < 0 ? key : key.substring(0, dot);
    }

    private static List<String> below(List<String> keys, String path) {
        return keys.stream()
                .filter(key -> key.startsWith(path + "."))
                .map(key -> key.substring(path.length() + 1))
                .toList();
    }
}
