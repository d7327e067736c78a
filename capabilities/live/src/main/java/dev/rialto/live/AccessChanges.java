package dev.rialto.live;

import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.spi.AccessSource;
import dev.rialto.spi.AccessSource.Concerned;
import dev.rialto.spi.SystemClasses;
import dev.rialto.store.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Finds the changes that may change what somebody may see: those of the schemas of classes, and
/// those that system classes declare.
final class AccessChanges {
    private static final String SCHEMAS = "_schema";

    private final SystemClasses classes;

    AccessChanges(SystemClasses classes) {
        this.classes = classes;
    }

    Optional<AccessChange> of(Change change) {
        if (change.table().equals(SCHEMAS)) {
            return Optional.of(new AccessChange.OfClass(change.key()));
        }
        return classes.accessSource(change.table())
                .flatMap(source -> source.effect().of(change))
                .map(concerned ->
                        switch (concerned) {
                            case Concerned.User(var id) -> new AccessChange.OfUser(id);
                            case Concerned.EveryUser _ -> new AccessChange.OfAllUsers();
                        });
    }

    /// Where changes are after which somebody who is still logged in may see something else.
    List<String> tables() {
        List<String> tables = new ArrayList<>();
        tables.add(SCHEMAS);
        for (String each : classes.accessTables()) {
            if (classes.accessSource(each).filter(AccessSource::endsSessions).isEmpty()) {
                tables.add(each);
            }
        }
        return tables;
    }

    /// Whether a change, made while a caller was away, may have shown or hidden objects of a class.
    boolean mayShowOthers(Change change, Caller caller, String className) {
        return of(change)
                .filter(access -> access.concerns(caller, className))
                .filter(access ->
                        !(access instanceof AccessChange.OfClass) || !isSamePermission(change))
                .isPresent();
    }

    private static boolean isSamePermission(Change change) {
        return permissions(change.before()).equals(permissions(change.after()));
    }

    private static Optional<JsonNode> permissions(Optional<String> row) {
        return row.map(Json::read)
                .map(schema -> schema.get("permissions"))
                .filter(each -> !each.isNull());
    }
}
