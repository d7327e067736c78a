package dev.rialto.accounts;

import dev.rialto.accounts.LinkTokens.Purpose;
import dev.rialto.accounts.spi.UserRecords;
import dev.rialto.accounts.spi.Users;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Objects;
import dev.rialto.store.Database;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Users as objects of `_User`.
final class StoredUsers implements Users {
    private static final String SECOND_FACTOR = "mfa";

    private final Database database;
    private final Supplier<Objects> objects;
    private final Sessions sessions;
    private final AccountStore store;
    private final LinkTokens links;
    private final List<UserRecords> records = new CopyOnWriteArrayList<>();

    StoredUsers(
            Database database,
            Supplier<Objects> objects,
            Sessions sessions,
            AccountStore store,
            LinkTokens links) {
        this.database = database;
        this.objects = objects;
        this.sessions = sessions;
        this.store = store;
        this.links = links;
    }

    @Override
    public Optional<ObjectNode> find(App app, String userId) {
        return findBy(app, "objectId", userId);
    }

    @Override
    public Optional<ObjectNode> findBy(App app, String field, String value) {
        return objects
                .get()
                .findHidden(app, UserRules.CLASS, Sessions.text(field, value), 1)
                .stream()
                .findFirst();
    }

    @Override
    public Optional<ObjectNode> withEmail(App app, String address) {
        // The first look-up makes the class if the app has none yet.
        return findBy(app, "email", address)
                .or(() -> links.owner(app, address).flatMap(id -> find(app, id)));
    }

    @Override
    public ObjectNode update(App app, String userId, ObjectNode fields) {
        return objects.get()
                .update(
                        app,
                        new Caller.Master(),
                        Optional.empty(),
                        UserRules.CLASS,
                        userId,
                        fields);
    }

    @Override
    public Optional<Set<String>> roles(App app, String userId) {
        return store.roles(app, userId);
    }

    @Override
    public ObjectNode create(App app, ObjectNode fields) {
        ObjectNode made =
                objects.get()
                        .create(
                                app,
                                new Caller.Master(),
                                Optional.empty(),
                                UserRules.CLASS,
                                fields);
        return find(app, made.path("objectId").asString("")).orElseThrow();
    }

    @Override
    public boolean verifyEmail(App app, String userId, String address) {
        return objects.get()
                .updateIf(
                        app,
                        UserRules.CLASS,
                        userId,
                        Json.object().put("email", address),
                        Json.object().put("emailVerified", true));
    }

    @Override
    public ObjectNode prove(App app, ObjectNode user, String field) {
        String verified = field + "Verified";
        if (user.path(verified).asBoolean(false)) {
            return user;
        }
        String userId = id(user);
        ObjectNode proven = Json.object().put(verified, true);
        proven.putObject(PasswordField.HASH).put("__op", "Delete");
        return database.inTransaction(() -> {
            boolean same = disown(app, user, field, proven);
            if (!same) {
                throw new RialtoException(
                        ErrorCode.OBJECT_NOT_FOUND, "the user has another address by now");
            }
            sessions.endAll(app, userId);
            return find(app, userId).orElseThrow();
        });
    }

    /// Gives a user to who has proven to own its address: changes some fields, and removes each way
    /// in that somebody else may have left.
    ///
    /// @param user as it is stored
    /// @param field the address that was proven
    /// @param proven what to write with it
    /// @return false, and nothing is done, when the user has another address by now
    boolean disown(App app, ObjectNode user, String field, ObjectNode proven) {
        ObjectNode condition = Json.object();
        condition.set(field, user.path(field));
        return database.inTransaction(() -> {
            ObjectNode fields = withoutWaysIn(user, field).setAll(proven);
            if (!objects.get().updateIf(app, UserRules.CLASS, id(user), condition, fields)) {
                return false;
            }
            removeLateWaysIn(app, user, field);
            links.revoke(app, id(user), List.of(Purpose.UNDO), Instant.EPOCH);
            return true;
        });
    }

    /// Gives a user back to who had it before, whatever it has become. Other changes of its address
    /// can still be undone.
    ///
    /// @param user as it is stored
    /// @param proven the address that the user had, and what to write with it
    void restore(App app, ObjectNode user, ObjectNode proven) {
        database.inTransaction(() -> {
            update(app, id(user), withoutWaysIn(user, "email").setAll(proven));
            removeLateWaysIn(app, user, "email");
            return true;
        });
    }

    /// Removes what is not in the fields of a user, and what came into them since they were read:
    /// nobody else can change them any more in this transaction.
    private void removeLateWaysIn(App app, ObjectNode user, String field) {
        find(app, id(user))
                .map(now -> withoutWaysIn(now, field))
                .filter(late -> late.size() > 1)
                .ifPresent(late -> update(app, id(user), late));
        links.revoke(
                app,
                id(user),
                List.of(Purpose.VERIFY, Purpose.RESET, Purpose.CHANGE),
                Instant.EPOCH);
        records.forEach(each -> each.disown(app, id(user)));
    }

    /// The fields to write: always `ACL`, and `authData` and another address if there are any.
    private static ObjectNode withoutWaysIn(ObjectNode user, String field) {
        ObjectNode fields = Json.object();
        fields.set("ACL", ownAccess(user));
        ObjectNode unlinked = Json.object();
        user.path("authData").propertyNames().stream()
                .filter(provider -> !provider.equals(SECOND_FACTOR))
                .forEach(unlinked::putNull);
        if (!unlinked.isEmpty()) {
            fields.set("authData", unlinked);
        }
        String other = field.equals("phone") ? "email" : "phone";
        if (user.path(other + "Verified").asBoolean(false)) {
            fields.putObject(other).put("__op", "Delete");
            fields.put(other + "Verified", false);
        }
        return fields;
    }

    /// The user itself, and all who may read it if all may.
    private static ObjectNode ownAccess(ObjectNode user) {
        ObjectNode acl = Json.object();
        acl.putObject(id(user)).put("read", true).put("write", true);
        JsonNode before = user.path("ACL");
        if (!before.isObject() || before.path("*").path("read").asBoolean(false)) {
            acl.putObject("*").put("read", true);
        }
        return acl;
    }

    private static String id(ObjectNode user) {
        return user.path("objectId").asString("");
    }

    @Override
    public void endSessions(App app, String userId) {
        sessions.endAll(app, userId);
    }

    @Override
    public void keep(UserRecords more) {
        records.add(more);
    }

    @Override
    public List<UserRecords> records() {
        return List.copyOf(records);
    }

    /// Removes what is left of a user that was deleted.
    void forget(App app, String userId) {
        store.forgetUser(app, userId);
        records.forEach(each -> each.forget(app, userId));
        sessions.endAll(app, userId);
    }

    /// Removes what is left of all users.
    void forgetAll(App app) {
        store.forgetUsers(app);
        records.forEach(each -> each.forgetAll(app));
        sessions.endAll(app);
    }
}
