package dev.rialto.objects;

import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassPermissions;
import dev.rialto.model.ClassPermissions.Action;
import dev.rialto.model.ClassPermissions.Grant;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldPath;
import dev.rialto.model.Predicate;
import dev.rialto.model.Value;
import dev.rialto.model.Where;
import dev.rialto.store.Sql;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The access rules of a class for one caller: class-level permissions, pointer permissions and
/// ACLs, as conditions to put into a query.
final class Access {
    private final Caller caller;

    Access(Caller caller) {
        this.caller = caller;
    }

    Caller caller() {
        return caller;
    }

    /// Rejects an action that the class does not permit to the caller.
    ///
    /// @return an additional condition on objects, if the permission depends on pointers
    Where require(ClassSchema schema, Action action) {
        if (caller.seesEverything()) {
            return Where.all();
        }
        ClassPermissions permissions = schema.permissions();
        Grant grant = permissions.grants().get(action);
        if (isGranted(grant)) {
            return Where.all();
        }
        if (grant != null && grant.requiresAuthentication()) {
            if (caller instanceof Caller.User) {
                return Where.all();
            }
            throw new RialtoException(
                    ErrorCode.OBJECT_NOT_FOUND,
                    "Permission denied, user needs to be authenticated.");
        }
        Set<String> fields = pointerFields(permissions, grant, action);
        if (fields.isEmpty() || action == Action.CREATE) {
            throw new RialtoException(
                    ErrorCode.OPERATION_FORBIDDEN,
                    "Permission denied for action "
                            + action.wireName()
                            + " on class "
                            + schema.name()
                            + ".");
        }
        return pointsToCaller(fields);
    }

    private boolean isGranted(@Nullable Grant grant) {
        if (grant == null) {
            return true;
        }
        for (String name : caller.names()) {
            if (grant.entries().contains(name)) {
                return true;
            }
        }
        return false;
    }

    private static Set<String> pointerFields(
            ClassPermissions permissions, @Nullable Grant grant, Action action) {
        Set<String> fields = new LinkedHashSet<>();
        switch (action) {
            case GET, FIND, COUNT -> fields.addAll(permissions.readUserFields());
            case UPDATE, DELETE, ADD_FIELD -> fields.addAll(permissions.writeUserFields());
            case CREATE -> {}
        }
        if (grant != null) {
            fields.addAll(grant.pointerFields());
        }
        return fields;
    }

    private Where pointsToCaller(Set<String> fields) {
        List<Where> any = new ArrayList<>();
        if (caller instanceof Caller.User user) {
            for (String field : fields) {
                any.add(
                        new Where.On(
                                FieldPath.of(field),
                                new Predicate.Equal(new Value.Pointer("_User", user.id()))));
            }
        }
        return new Where.Or(any);
    }

    /// Whether the class lets the caller get its objects, whatever they point to.
    boolean mayGet(ClassSchema schema) {
        Grant grant = schema.permissions().grants().get(Action.GET);
        return caller.seesEverything()
                || isGranted(grant)
                || (grant != null
                        && grant.requiresAuthentication()
                        && caller instanceof Caller.User);
    }

    /// Whether an object's ACL lets the caller read it.
    boolean isReadable(ObjectNode object) {
        if (caller.seesEverything() || !object.has("ACL")) {
            return true;
        }
        return caller.names().stream()
                .anyMatch(name -> object.path("ACL").path(name).path("read").asBoolean(false));
    }

    /// Whether the caller is among those who may read an object.
    ///
    /// @param readers the names of those who may; empty for everybody
    boolean isReader(Optional<List<String>> readers) {
        if (caller.seesEverything() || readers.isEmpty()) {
            return true;
        }
        Set<String> names = caller.names();
        return readers.get().stream().anyMatch(names::contains);
    }

    /// The ACL condition for reading; empty for callers who see everything.
    Sql mayRead(String alias) {
        return acl(alias, "_rperm");
    }

    /// The ACL condition for writing; empty for callers who see everything.
    Sql mayWrite(String alias) {
        return acl(alias, "_wperm");
    }

    private Sql acl(String alias, String column) {
        if (caller.seesEverything()) {
            return Sql.empty();
        }
        String qualified = alias + "." + Sql.name(column);
        return Sql.of(
                "(" + qualified + " IS NULL OR " + qualified + " && ?)",
                (Object) caller.names().toArray(String[]::new));
    }
}
