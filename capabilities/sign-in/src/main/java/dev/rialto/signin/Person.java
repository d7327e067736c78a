package dev.rialto.signin;

import dev.rialto.kernel.Json;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Somebody for whom a provider vouches.
///
/// @param id unique for the provider, and never reused by it
/// @param kept what is stored in `authData`
/// @param verifiedEmail an address of which the provider says that it is theirs
record Person(String id, ObjectNode kept, Optional<String> verifiedEmail) {
    private static final int MAX_ID = 255;

    Person {
        if (id.isEmpty() || id.length() > MAX_ID) {
            throw new IllegalArgumentException("an id has 1 to " + MAX_ID + " characters");
        }
    }

    static Person of(String id) {
        return new Person(id, Json.object().put("id", id), Optional.empty());
    }

    Person withEmail(Optional<String> verified) {
        return new Person(id, kept, verified);
    }

    /// Keeps another name of theirs, unless it is empty.
    Person keeping(String name, String value) {
        if (value.isEmpty()) {
            return this;
        }
        return new Person(id, kept.deepCopy().put(name, value), verifiedEmail);
    }

    /// Does not show who it is.
    @Override
    public String toString() {
        return "a person";
    }
}
