package dev.rialto.secondfactor;

import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.SystemClasses;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The operations that do the same by another path: `/users/ID` is `/classes/_User/ID`. What is
/// asked of one is asked of the other.
final class Aliases {
    private static final String CLASSES = "/classes/{className}";

    private final SystemClasses classes;
    private final Map<String, String> ids = new ConcurrentHashMap<>();
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    /// @param classes of which some have a path of their own
    Aliases(SystemClasses classes) {
        this.classes = classes;
    }

    void add(Operation operation) {
        known.add(operation.id());
        ids.put(key(operation, operation.path()), operation.id());
    }

    /// The ids of all operations.
    Set<String> known() {
        return known;
    }

    /// The operation that does what a call does, by the path of all classes or by that of one.
    Optional<String> of(Call call) {
        Operation operation = call.operation();
        String path = operation.path();
        if (path.startsWith(CLASSES)) {
            String rest = path.substring(CLASSES.length());
            return Optional.ofNullable(classes.rules(call.path("className")))
                    .map(ClassRules::path)
                    .flatMap(own -> Optional.ofNullable(ids.get(key(operation, own + rest))));
        }
        int slash = path.indexOf('/', 1);
        String own = slash < 0 ? path : path.substring(0, slash);
        boolean ofClass = classes.all().stream().anyMatch(each -> each.path().equals(own));
        return ofClass
                ? Optional.ofNullable(
                        ids.get(key(operation, CLASSES + path.substring(own.length()))))
                : Optional.empty();
    }

    private static String key(Operation operation, String path) {
        return operation.method() + " " + path;
    }
}
