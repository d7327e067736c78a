package dev.rialto.accounts;

import dev.rialto.accounts.spi.Users;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.spi.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// Users as objects of `_User`.
final class StoredUsers implements Users {
    private final Supplier<Objects> objects;
    private final Sessions sessions;

    StoredUsers(Supplier<Objects> objects, Sessions sessions) {
        this.objects = objects;
        this.sessions = sessions;
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
    public void endSessions(App app, String userId) {
        sessions.endAll(app, userId);
    }
}
