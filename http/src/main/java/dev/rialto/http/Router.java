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
    /// An operation that was found at a path, with what the path says to it.
    record Route(Operation operation, List<String> names, List<String> captured) {
        /// A parameter of the path, decoded.
        ///
        /// @throws IllegalArgumentException when the operation has no parameter of that name
        String parameter(String name) {
            int index = names.indexOf(name);
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

    /// Finds the operation of a method at a path below the mount point.
    ///
    /// @param path still percent-encoded; one slash at the end is ignored, and so is a second one
    ///   at its beginning, which Parse's SDKs send for hooks. Nothing else is made equal: whatever
    ///   judges a request judges the operation that is found, not the text of its path.
    Optional<Route> find(Method method, String path) {
        if (path.isEmpty() || path.charAt(0) != '/') {
            return Optional.empty();
        }
        int end = path.length() > 1 && path.endsWith("/") ? path.length() - 1 : path.length();
        var captured = new ArrayList<String>(2);
        int start = path.startsWith("//") ? 2 : 1;
        var target = new Search(method, path, end, captured).from(root, start);
        return target == null
                ? Optional.empty()
                : Optional.of(new Route(target.operation, target.names, captured));
    }

    /// Whether there is an operation of any method at a path.
    boolean isPlace(String path) {
        for (var method : Method.values()) {
            if (find(method, path).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /// What a protocol asks of all answers at a path.
    Protocol protocol(String path) {
        for (var method : Method.values()) {
            var found = find(method, path).map(route -> route.operation().protocol());
            if (found.isPresent() && !found.get().equals(Protocol.NONE)) {
                return found.get();
            }
        }
        return Protocol.NONE;
    }

    /// One walk through the tree, which comes back from dead ends.
    private record Search(Method method, String path, int end, List<String> captured) {
        @Nullable Target from(Node node, int start) {
            if (start > end) {
                return node.targets.get(method);
            }
            int slash = path.indexOf('/', start);
            int stop = slash < 0 || slash > end ? end : slash;
            var segment = path.substring(start, stop);
            var fixed = node.fixed.get(segment);
            var found = fixed == null ? null : from(fixed, stop + 1);
            if (found == null && node.parameter != null && !segment.isEmpty()) {
                captured.add(segment);
                found = from(node.parameter, stop + 1);
                if (found == null) {
                    captured.removeLast();
                }
            }
            if (found == null && node.rest != null && start < end) {
                found = node.rest.targets.get(method);
                if (found != null) {
                    captured.add(path.substring(start, end));
                }
            }
            return found;
        }
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
