package dev.rialto.accounts;

import dev.rialto.accounts.spi.UserRecords;
import dev.rialto.accounts.spi.Users;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.spi.Objects;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// Users as objects of `_User`.
final class StoredUsers implements Users {
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
        sessions.forgetUser(app, userId);
        sessions.endAll(app, userId);
    }

    /// Removes what is left of all users.
    void forgetAll(App app) {
        store.forgetUsers(app);
        records.forEach(each -> each.forgetAll(app));
        sessions.forgetUsers(app);
        sessions.endAll(app);
    }
}
