package dev.rialto.accounts;

import dev.rialto.accounts.spi.UserRecords;
import dev.rialto.accounts.spi.Users;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.spi.Objects;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// Users as objects of `_User`.
final class StoredUsers implements Users {
    private static final String SECOND_FACTOR = "mfa";

    private final Supplier<Objects> objects;
    private final Sessions sessions;
    private final AccountStore store;
    private final List<UserRecords> records = new CopyOnWriteArrayList<>();

    StoredUsers(Supplier<Objects> objects, Sessions sessions, AccountStore store) {
        this.objects = objects;
        this.sessions = sessions;
        this.store = store;
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
    public ObjectNode prove(App app, ObjectNode user, String field) {
        String verified = field + "Verified";
        if (user.path(verified).asBoolean(false)) {
            return user;
        }
        String userId = user.path("objectId").asString("");
        ObjectNode fields = Json.object().put(verified, true);
        fields.putObject(PasswordField.HASH).put("__op", "Delete");
        fields.putObject("ACL").putObject(userId).put("read", true).put("write", true);
        ObjectNode unlinked = Json.object();
        user.path("authData").propertyNames().stream()
                .filter(provider -> !provider.equals(SECOND_FACTOR))
                .forEach(unlinked::putNull);
        if (!unlinked.isEmpty()) {
            fields.set("authData", unlinked);
        }
        update(app, userId, fields);
        sessions.endAll(app, userId);
        return find(app, userId).orElseThrow();
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
