package dev.rialto.objects;

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

/// Puts the objects that pointers refer to in the pointers' place. A pointer whose object is gone
/// or unreadable disappears.
final class Includer {
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

    void include(Finder.Plan plan, List<ObjectNode> objects) {
        FindRequest request = plan.request();
        var tree = new Tree();
        if (request.includeAll()) {
            plan.schema()
                    .fields()
                    .forEach((name, field) -> {
                        if (field.type() instanceof FieldType.Pointer
                                || field.type() instanceof FieldType.Array) {
                            tree.add(name);
                        }
                    });
        }
        request.include().forEach(tree::add);
        if (!tree.steps().isEmpty() && !objects.isEmpty()) {
            follow(plan, objects, tree, "");
        }
    }

    private void follow(Finder.Plan plan, List<ObjectNode> holders, Tree tree, String prefix) {
        for (Map.Entry<String, Tree> step : tree.steps().entrySet()) {
            String key = step.getKey();
            String path = prefix + key;
            List<Slot> slots = new ArrayList<>();
            List<ObjectNode> next = new ArrayList<>();
            for (ObjectNode holder : holders) {
                collect(holder, key, slots, next);
            }
            next.addAll(replace(plan, slots, keysBelow(plan.request(), path)));
            if (!step.getValue().steps().isEmpty() && !next.isEmpty()) {
                follow(plan, next, step.getValue(), path + ".");
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

    private List<ObjectNode> replace(
            Finder.Plan plan, List<Slot> slots, Optional<List<String>> keys) {
        Map<String, Set<String>> wanted = new LinkedHashMap<>();
        for (Slot slot : slots) {
            wanted.computeIfAbsent(slot.className(), _ -> new HashSet<>()).add(slot.id());
        }
        Map<String, ObjectNode> found = new HashMap<>();
        wanted.forEach((className, ids) ->
                finder.fetchIncluded(plan.app(), plan.caller(), className, List.copyOf(ids), keys)
                        .forEach(each -> found.put(name(className, each), each)));
        List<ObjectNode> placed = new ArrayList<>();
        // Backwards, so that removing an element leaves the positions before it as they are.
        for (Slot slot : slots.reversed()) {
            ObjectNode object = found.get(slot.className() + "/" + slot.id());
            if (object == null) {
                remove(slot);
            } else {
                ObjectNode copy = object.deepCopy();
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
                .map(keys ->
                        keys.stream()
                                .filter(key -> key.startsWith(path + "."))
                                .map(key -> key.substring(path.length() + 1))
                                .toList())
                .filter(keys -> !keys.isEmpty());
    }
}
