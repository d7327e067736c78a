package dev.rialto.http;

import dev.rialto.http.Operation.Method;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// All operations by their path: a tree with one level per path segment. A fixed segment wins over
/// a parameter, a parameter over the rest of the path.
final class Router {
    /// What stands at a path.
    record Place(Node node, List<String> captured) {
        /// The operation that answers a method here.
        Optional<Operation> operation(Method method) {
            var target = node.targets.get(method);
            return target == null ? Optional.empty() : Optional.of(target.operation);
        }

        /// The decoded parameter of an operation of this place.
        ///
        /// @throws IllegalArgumentException when the operation has no parameter of that name
        String parameter(Operation operation, String name) {
            var target = node.targets.get(operation.method());
            int index = target == null ? -1 : target.names.indexOf(name);
            if (index < 0) {
                throw new IllegalArgumentException(operation.path() + " has no {" + name + "}");
            }
            return PercentText.path(captured.get(index));
        }
    }

    private record Target(Operation operation, List<String> names) {}

    private static final class Node {
        final Map<String, Node> fixed = new HashMap<>();
        final Map<Method, Target> targets = new EnumMap<>(Method.class);
        @Nullable Node parameter;
        @Nullable Node rest;
    }

    private final Node root = new Node();

    /// Finds what stands at a path below the mount point.
    ///
    /// @param path still percent-encoded; one slash at the end is ignored
    Optional<Place> find(String path) {
        if (path.isEmpty() || path.charAt(0) != '/') {
            return Optional.empty();
        }
        int end = path.length() > 1 && path.endsWith("/") ? path.length() - 1 : path.length();
        var captured = new ArrayList<String>(2);
        var node = find(root, path, 1, end, captured);
        return node == null ? Optional.empty() : Optional.of(new Place(node, captured));
    }

    private static @Nullable Node find(
            Node node, String path, int start, int end, List<String> captured) {
        if (start > end) {
            return node.targets.isEmpty() ? null : node;
        }
        int slash = path.indexOf('/', start);
        int stop = slash < 0 || slash > end ? end : slash;
        var segment = path.substring(start, stop);
        var next = node.fixed.get(segment);
        if (next != null) {
            var found = find(next, path, stop + 1, end, captured);
            if (found != null) {
                return found;
            }
        }
        if (node.parameter != null && !segment.isEmpty()) {
            captured.add(segment);
            var found = find(node.parameter, path, stop + 1, end, captured);
            if (found != null) {
                return found;
            }
            captured.removeLast();
        }
        if (node.rest != null && start < end) {
            captured.add(path.substring(start, end));
            return node.rest;
        }
        return null;
    }

    /// Adds an operation; done before the first request.
    ///
    /// @throws IllegalArgumentException when another one is at the same method and path
    void add(Operation operation) {
        var path = operation.path();
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("a path starts with a slash: " + path);
        }
        var node = root;
        var names = new ArrayList<String>();
        for (var segment : path.substring(1).split("/", -1)) {
            if (segment.startsWith("{") && segment.endsWith("*}")) {
                names.add(segment.substring(1, segment.length() - 2));
                node = node.rest = node.rest == null ? new Node() : node.rest;
            } else if (segment.startsWith("{") && segment.endsWith("}")) {
                names.add(segment.substring(1, segment.length() - 1));
                node = node.parameter = node.parameter == null ? new Node() : node.parameter;
            } else {
                node = node.fixed.computeIfAbsent(segment, _ -> new Node());
            }
        }
        var target = new Target(operation, List.copyOf(names));
        if (node.targets.putIfAbsent(operation.method(), target) != null) {
            throw new IllegalArgumentException(
                    "two operations at " + operation.method() + " " + path);
        }
    }
}
