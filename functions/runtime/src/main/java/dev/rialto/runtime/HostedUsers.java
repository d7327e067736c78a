package dev.rialto.runtime;

import dev.rialto.functions.spi.Host;
import dev.rialto.kernel.Json;
import dev.rialto.sdk.Entity;
import dev.rialto.sdk.FunctionException;
import dev.rialto.sdk.Users;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The app's users, as a function sees them.
final class HostedUsers implements Users {
    private static final String USERS = "_User";
    private static final String TOKEN = "sessionToken";
    private static final int NOT_FOUND = 101;

    private final Host host;
    private final Values values;

    HostedUsers(Host host, Values values) {
        this.host = host;
        this.values = values;
    }

    @Override
    @SuppressWarnings("NullAway") // it does not see that the values of an Entity may be null
    public Session signUp(Entity user) {
        ObjectNode fields = HostFailures.write(() -> values.fields(user));
        JsonNode answer = ask("/users", fields);
        Entity told = told(answer);
        Entity signedUp = new Entity(USERS, told.id(), user.without("password").fields());
        for (var each : told.fields().entrySet()) {
            signedUp = signedUp.with(each.getKey(), each.getValue());
        }
        return new Session(signedUp, token(answer));
    }

    @Override
    public Session logIn(String username, String password) {
        JsonNode answer = ask("/login", credentials(username, password));
        return new Session(told(answer), token(answer));
    }

    @Override
    public boolean hasPassword(String username, String password) {
        try {
            ask("/verifyPassword", credentials(username, password));
            return true;
        } catch (FunctionException failure) {
            if (failure.code() == NOT_FOUND) {
                return false;
            }
            throw failure;
        }
    }

    private static ObjectNode credentials(String username, String password) {
        return Json.object().put("username", username).put("password", password);
    }

    private JsonNode ask(String path, ObjectNode body) {
        return HostFailures.call(() -> host.rest(Host.As.CALLER, "POST", path, body));
    }

    private static Entity told(JsonNode answer) {
        ObjectNode fields = ((ObjectNode) answer).deepCopy().put("className", USERS);
        fields.remove(TOKEN);
        return WireForms.entity(fields);
    }

    private static String token(JsonNode answer) {
        return answer.path(TOKEN).asString("");
    }
}
