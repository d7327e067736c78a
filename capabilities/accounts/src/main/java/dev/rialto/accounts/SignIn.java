package dev.rialto.accounts;

import dev.rialto.accounts.spi.AdditionalFactor;
import dev.rialto.accounts.spi.AuthProvider;
import dev.rialto.accounts.spi.AuthProviderSource;
import dev.rialto.accounts.spi.CredentialCheck;
import dev.rialto.accounts.spi.SignInCheck;
import dev.rialto.accounts.spi.SignIns;
import dev.rialto.accounts.spi.TokenSource;
import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Objects;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// Logs users in and out: authenticates them, opens a session, and returns the user.
final class SignIn implements SignIns {
    private static final String PASSWORD = "password";

    private final Supplier<Objects> objects;
    private final AccountStore store;
    private final Credentials credentials;
    private final Identities identities;
    private final Sessions sessions;
    private final LogInTriggers triggers;
    private final List<SignInCheck> checks = new CopyOnWriteArrayList<>();
    private final List<CredentialCheck> guards = new CopyOnWriteArrayList<>();
    private final List<TokenSource> tokens;

    SignIn(
            Supplier<Objects> objects,
            AccountStore store,
            Credentials credentials,
            Identities identities,
            Sessions sessions,
            LogInTriggers triggers,
            List<TokenSource> tokens) {
        this.objects = objects;
        this.store = store;
        this.credentials = credentials;
        this.identities = identities;
        this.sessions = sessions;
        this.triggers = triggers;
        this.tokens = tokens;
    }

    /// Logs in with a password.
    ///
    /// @param said `username` or `email`, and `password`
    ObjectNode withPassword(Call call, ObjectNode said) {
        ObjectNode user = credentials.check(call, said);
        ObjectNode answer = admit(call, user, PASSWORD, said, UnaryOperator.identity());
        if (said.has("authData")) {
            answer.putObject("authDataResponse");
        }
        return answer;
    }

    @Override
    public ObjectNode withPassword(Call call, String username, String password) {
        return credentials.check(
                call, Json.object().put("username", username).put("password", password));
    }

    @Override
    public ObjectNode admit(Call call, ObjectNode user, String method) {
        return admit(call, user, method, UnaryOperator.identity());
    }

    @Override
    public ObjectNode admit(
            Call call, ObjectNode user, String method, UnaryOperator<ObjectNode> proven) {
        return admit(call, user, method, call.body(), proven);
    }

    private ObjectNode admit(
            Call call,
            ObjectNode user,
            String method,
            ObjectNode said,
            UnaryOperator<ObjectNode> proven) {
        if (Credentials.isLockedOut(user)) {
            throw Credentials.wrong();
        }
        require(new SignInCheck.Attempt(call.app(), Optional.of(call), user, method, said, true));
        var subject = LogInTriggers.Subject.of(call);
        triggers.beforeLogIn(subject, user);
        return admit(
                subject,
                proven.apply(user),
                Sessions.Opening.of(id(user), "login", method, Optional.of(call)));
    }

    private void require(SignInCheck.Attempt attempt) {
        checks.forEach(each -> each.check(attempt));
    }

    @Override
    public ObjectNode withIdentity(
            Call call, String provider, AuthProvider.Identity identity, ObjectNode profile) {
        var claims = Identities.Claims.of(provider, identity);
        var anybody = new Caller.Anonymous();
        return known(call.app(), anybody, Optional.of(call), claims)
                .orElseGet(() -> signedUp(call, claims, profile));
    }

    private ObjectNode signedUp(Call call, Identities.Claims claims, ObjectNode profile) {
        var anybody = new Caller.Anonymous();
        ObjectNode fields = profile.deepCopy();
        fields.set("authData", Json.nodes().pojoNode(claims));
        try {
            ObjectNode made =
                    objects.get()
                            .create(
                                    call.app(),
                                    anybody,
                                    Optional.of(call),
                                    UserRules.CLASS,
                                    fields);
            ObjectNode user = find(call.app(), made.path("objectId").asString("")).orElseThrow();
            return shown(call.app(), user, made.path("sessionToken").asString(""));
        } catch (RialtoException refused) {
            if (refused.code() != ErrorCode.ACCOUNT_ALREADY_LINKED) {
                throw refused;
            }
            // Another sign-up has just linked the identity.
            return known(call.app(), anybody, Optional.of(call), claims).orElseThrow(() -> refused);
        }
    }

    @Override
    public ObjectNode link(
            Call call, Caller.User user, String provider, AuthProvider.Identity identity) {
        var claims = Identities.Claims.of(provider, identity);
        return known(call.app(), user, Optional.of(call), claims)
                .orElseGet(() -> {
                    ObjectNode stored =
                            find(call.app(), user.id())
                                    .orElseThrow(() ->
                                            new RialtoException(
                                                    ErrorCode.INVALID_SESSION_TOKEN,
                                                    "Invalid session token"));
                    requireChangeable(call);
                    return shown(call.app(), renewed(call.app(), stored, claims), user);
                });
    }

    @Override
    public void acceptFactor(AdditionalFactor factor) {
        identities.accept(factor);
    }

    @Override
    public void require(SignInCheck check) {
        checks.add(check);
        sessions.require(check);
    }

    @Override
    public void guard(CredentialCheck check) {
        guards.add(check);
    }

    @Override
    public void requireChangeable(Call call) {
        if (call.caller() instanceof Caller.User user) {
            requireChangeable(call.app(), user, Optional.of(call));
        }
    }

    void requireChangeable(App app, Caller.User user, Optional<Call> call) {
        guards.forEach(each -> each.check(app, user, call));
    }

    @Override
    public void acceptProviders(AuthProviderSource providers) {
        identities.accept(providers);
    }

    @Override
    public void acceptTokens(TokenSource source) {
        tokens.add(source);
    }

    /// Returns a user if the password is correct.
    ObjectNode verifyPassword(Call call, ObjectNode said) {
        ObjectNode user = credentials.check(call, said);
        require(
                new SignInCheck.Attempt(
                        call.app(), Optional.of(call), user, PASSWORD, said, false));
        return shown(call.app(), user, "");
    }

    /// Logs in as any user, for the holder of the master key. No trigger is called, because it is
    /// not the user who logs in.
    ObjectNode as(App app, String userId, Optional<String> installationId) {
        ObjectNode user =
                find(app, userId)
                        .orElseThrow(() ->
                                new RialtoException(ErrorCode.OBJECT_NOT_FOUND, "user not found"));
        ObjectNode session = sessions.open(app, Sessions.Opening.byMaster(userId, installationId));
        return shown(app, user, session.path("sessionToken").asString(""));
    }

    /// Logs in with an identity of another provider.
    ///
    /// @return empty when the identity is new
    /// @throws RialtoException ACCOUNT_ALREADY_LINKED if it is not the caller's
    Optional<Answer> withIdentity(
            App app, Caller caller, Optional<Call> call, Identities.Claims claims) {
        return known(app, caller, call, claims)
                .map(user -> {
                    user.putObject("authDataResponse");
                    String location = "/users/" + id(user);
                    return call.map(Call::publicUrl)
                            .map(url -> Answer.ok(user).withHeader("Location", url + location))
                            .orElseGet(() -> Answer.ok(user));
                });
    }

    private Optional<ObjectNode> known(
            App app, Caller caller, Optional<Call> call, Identities.Claims claims) {
        Optional<String> owner =
                identities.owner(app, claims).or(() -> byEmail(app, caller, claims));
        if (owner.isEmpty()) {
            return Optional.empty();
        }
        Optional<ObjectNode> user = find(app, owner.get());
        if (user.isEmpty()) {
            identities.releaseDangling(app, claims);
            return Optional.empty();
        }
        if (caller instanceof Caller.User current && !current.id().equals(owner.get())) {
            throw Identities.alreadyLinked();
        }
        if (Credentials.isLockedOut(user.get())) {
            throw Credentials.wrong();
        }
        var subject = new LogInTriggers.Subject(app, caller, call);
        if (caller instanceof Caller.Anonymous) {
            require(
                    new SignInCheck.Attempt(
                            app,
                            call,
                            user.get(),
                            claims.providerNames(),
                            claims.said(call.map(Call::body).orElseGet(Json::object)),
                            true));
            triggers.beforeLogIn(subject, user.get());
        }
        if (caller instanceof Caller.User self && !claims.areIn(user.get().path("authData"))) {
            requireChangeable(app, self, call);
        }
        ObjectNode known = renewed(app, user.get(), claims);
        return Optional.of(
                switch (caller) {
                    case Caller.User current -> shown(app, known, current.sessionToken());
                    case Caller.Anonymous _ ->
                            admit(
                                    subject,
                                    known,
                                    Sessions.Opening.of(
                                            id(known), "login", claims.providerNames(), call));
                    case Caller.Master _, Caller.ReadOnlyMaster _, Caller.Maintenance _ ->
                            objects.get().shown(app, caller, UserRules.CLASS, known);
                });
    }

    /// The user who has verified the address that a provider has verified, if identities may be
    /// linked by it. An identity that the user already has at the provider is not replaced.
    private Optional<String> byEmail(App app, Caller caller, Identities.Claims claims) {
        List<String> linkable =
                claims.linked().entrySet().stream()
                        .filter(each -> each.getValue().linkableEmail().isPresent())
                        .map(Map.Entry::getKey)
                        .toList();
        if (!(caller instanceof Caller.Anonymous) || linkable.size() != 1) {
            return Optional.empty();
        }
        String provider = linkable.getFirst();
        return Optional.ofNullable(claims.linked().get(provider))
                .flatMap(AuthProvider.Identity::linkableEmail)
                .flatMap(email ->
                        objects
                                .get()
                                .findHidden(app, UserRules.CLASS, Sessions.text("email", email), 1)
                                .stream()
                                .findFirst())
                .filter(user -> user.path("emailVerified").asBoolean(false))
                .filter(user -> !user.path("authData").has(provider))
                .map(SignIn::id);
    }

    /// Ends the session of a request, if it has one.
    void end(Call call) {
        App app = call.app();
        call.sessionToken()
                .flatMap(token -> sessions.find(app, token))
                .ifPresent(session -> {
                    sessions.end(app, session);
                    triggers.afterLogOut(LogInTriggers.Subject.of(call), session);
                });
    }

    /// The user of a session, as it may see itself.
    ObjectNode self(App app, Caller.User caller) {
        ObjectNode user =
                find(app, caller.id())
                        .orElseThrow(() ->
                                new RialtoException(
                                        ErrorCode.INVALID_SESSION_TOKEN, "Invalid session token"));
        return shown(app, user, caller);
    }

    /// Stores the provider's current data, and links further identities that the client proved.
    private ObjectNode renewed(App app, ObjectNode user, Identities.Claims claims) {
        if (claims.areIn(user.path("authData"))) {
            return user;
        }
        ObjectNode fields = Json.object();
        fields.set("authData", Json.nodes().pojoNode(claims.withoutFactors()));
        objects.get()
                .update(
                        app,
                        new Caller.Master(),
                        Optional.empty(),
                        UserRules.CLASS,
                        id(user),
                        fields);
        return find(app, id(user)).orElse(user);
    }

    private ObjectNode admit(
            LogInTriggers.Subject subject, ObjectNode user, Sessions.Opening opening) {
        ObjectNode session =
                sessions.open(
                        subject.app(), opening, () -> requireSame(subject.app(), user, opening));
        Caller.User self = self(subject.app(), user, session.path("sessionToken").asString(""));
        triggers.afterLogIn(subject.as(self), user);
        return shown(subject.app(), user, self);
    }

    /// Refuses a password that was the right one when the log-in began. Another hash of the same
    /// password may have taken the place of one with old parameters.
    private void requireSame(App app, ObjectNode user, Sessions.Opening opening) {
        if (!opening.provider().equals(Optional.of(PASSWORD))) {
            return;
        }
        ObjectNode now = find(app, id(user)).orElseThrow(Credentials::wrong);
        boolean same =
                Stream.of(PasswordField.HASH, PasswordField.CHANGED)
                        .anyMatch(field -> now.path(field).equals(user.path(field)));
        if (!same || !now.path(PasswordField.HASH).isString()) {
            throw Credentials.wrong();
        }
    }

    private ObjectNode shown(App app, ObjectNode user, String token) {
        return shown(app, user, self(app, user, token));
    }

    private Caller.User self(App app, ObjectNode user, String token) {
        return new Caller.User(id(user), token, store.roles(app, id(user)).orElseGet(Set::of));
    }

    private ObjectNode shown(App app, ObjectNode user, Caller.User self) {
        ObjectNode answer = objects.get().shown(app, self, UserRules.CLASS, user);
        if (!self.sessionToken().isEmpty()) {
            answer.put("sessionToken", self.sessionToken());
        }
        return answer;
    }

    private Optional<ObjectNode> find(App app, String userId) {
        return objects
                .get()
                .findHidden(app, UserRules.CLASS, Sessions.text("objectId", userId), 1)
                .stream()
                .findFirst();
    }

    private static String id(ObjectNode user) {
        return user.path("objectId").asString("");
    }
}
