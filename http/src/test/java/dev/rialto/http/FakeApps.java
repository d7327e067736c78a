package dev.rialto.http;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.Optional;
import java.util.Set;

/// Two apps in memory, `open` without client keys and `keyed` with one of each kind, and one
/// session in each.
final class FakeApps implements AppDirectory, Authenticator {
    static final String SESSION = "r:valid";

    @Override
    public Optional<AppKeys> find(String appId) {
        return switch (appId) {
            case "open", "keyed" -> Optional.of(new Keys(new App(appId, appId)));
            default -> Optional.empty();
        };
    }

    @Override
    public Caller.User authenticate(App app, String sessionToken) {
        if (!sessionToken.equals(SESSION)) {
            throw new RialtoException(ErrorCode.INVALID_SESSION_TOKEN, "Invalid session token");
        }
        return new Caller.User("user1", sessionToken, Set.of("admins"));
    }

    private record Keys(App app) implements AppKeys {
        @Override
        public boolean isMaster(String key) {
            return key.equals("master");
        }

        @Override
        public boolean isReadOnlyMaster(String key) {
            return key.equals("readonly");
        }

        @Override
        public boolean isMaintenance(String key) {
            return key.equals("maintenance");
        }

        @Override
        public boolean requiresClientKey() {
            return app.id().equals("keyed");
        }

        @Override
        public boolean isClientKey(ClientKeyKind kind, String key) {
            return key.equals(kind.name());
        }
    }
}
