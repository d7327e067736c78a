package dev.rialto.sdk.testing;

import dev.rialto.sdk.Entity;
import dev.rialto.sdk.FunctionException;
import dev.rialto.sdk.Query;
import dev.rialto.sdk.Users;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Users in memory. They are objects of the class `_User`, with their passwords kept apart.
public final class MemoryUsers implements Users {
    private static final String USERS = "_User";
    private static final int NAME_MISSING = 200;
    private static final int PASSWORD_MISSING = 201;
    private static final int NAME_TAKEN = 202;
    private static final int NOT_FOUND = 101;

    private final MemoryObjects objects;
    private final Map<String, String> passwords = new ConcurrentHashMap<>();

    MemoryUsers(MemoryObjects objects) {
        this.objects = objects.asMaster();
    }

    @Override
    public Session signUp(Entity user) {
        String name =
                user.text("username")
                        .orElseThrow(() ->
                                new FunctionException(NAME_MISSING, "bad or missing username"));
        String password =
                user.text("password")
                        .orElseThrow(() ->
                                new FunctionException(PASSWORD_MISSING, "password is required"));
        if (named(name).isPresent()) {
            throw new FunctionException(NAME_TAKEN, "Account already exists for this username.");
        }
        Entity saved = objects.save(new Entity(USERS, "", user.without("password").fields()));
        passwords.put(saved.id(), password);
        return session(saved);
    }

    @Override
    public Session logIn(String username, String password) {
        return named(username)
                .filter(user -> password.equals(passwords.get(user.id())))
                .map(MemoryUsers::session)
                .orElseThrow(() -> new FunctionException(NOT_FOUND, "Invalid username/password."));
    }

    @Override
    public boolean hasPassword(String username, String password) {
        return named(username)
                .filter(user -> password.equals(passwords.get(user.id())))
                .isPresent();
    }

    private Optional<Entity> named(String name) {
        return objects.find(Query.of(USERS).equalTo("username", name)).stream().findFirst();
    }

    private static Session session(Entity user) {
        return new Session(user, "r:" + user.id());
    }
}
