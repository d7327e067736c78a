package dev.rialto.accounts;

import dev.rialto.accounts.spi.AuthProvider;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Anonymous users. The id is a random string that only their device knows.
final class AnonymousProvider implements AuthProvider {
    static final String NAME = "anonymous";
    private static final int MAX_ID_LENGTH = 200;

    /// Takes the id out of what a user has in `authData`: whoever knows it can log in.
    static void hide(JsonNode authData) {
        if (authData instanceof ObjectNode shown && shown.has(NAME)) {
            shown.set(NAME, Json.object());
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Identity verify(App app, ObjectNode claims) {
        JsonNode id = claims.path("id");
        if (!id.isString() || id.stringValue().isBlank()) {
            throw new RialtoException(
                    ErrorCode.UNSUPPORTED_SERVICE, "authData.anonymous needs an id of type String");
        }
        if (id.stringValue().length() > MAX_ID_LENGTH) {
            throw new RialtoException(
                    ErrorCode.UNSUPPORTED_SERVICE,
                    "authData.anonymous.id must have at most " + MAX_ID_LENGTH + " characters");
        }
        return new Identity(id.stringValue(), Json.object().put("id", id.stringValue()));
    }
}
