package dev.rialto.accounts;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.Field;
import dev.rialto.model.FieldType;
import dev.rialto.spi.AccessSource;
import dev.rialto.spi.AccessSource.Concerned;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.Draft;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The rules of `_User`: who may sign up and change whom, passwords that are hashed and never
/// shown, identities that belong to one user only.
final class UserRules implements ClassRules {
    static final String CLASS = "_User";

    private final PasswordField passwords;
    private final NameFields names;
    private final EmailField emails;
    private final IdentityField identities;
    private final StoredUsers users;
    private final CredentialRules credentials;
    private final SessionOpening opening;
    private final SignIn signIn;
    private final AttemptLimits limits;

    UserRules(
            PasswordField passwords,
            NameFields names,
            EmailField emails,
            IdentityField identities,
            StoredUsers users,
            CredentialRules credentials,
            SessionOpening opening,
            SignIn signIn,
            AttemptLimits limits) {
        this.passwords = passwords;
        this.names = names;
        this.emails = emails;
        this.identities = identities;
        this.users = users;
        this.credentials = credentials;
        this.opening = opening;
        this.signIn = signIn;
        this.limits = limits;
    }

    @Override
    public String className() {
        return CLASS;
    }

    @Override
    public String path() {
        return "/users";
    }

    @Override
    public Map<String, Field> fields() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("username", Field.of(new FieldType.Text()));
        fields.put("password", Field.of(new FieldType.Text()));
        fields.put("email", Field.of(new FieldType.Text()));
        fields.put("emailVerified", Field.of(new FieldType.Bool()));
        fields.put("authData", Field.of(new FieldType.Obj()));
        return fields;
    }

    @Override
    public Map<String, Field> hiddenFields() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put(PasswordField.HASH, Field.of(new FieldType.Text()));
        fields.put(PasswordField.CHANGED, Field.of(new FieldType.Date()));
        fields.put(PasswordRules.HISTORY, Field.of(new FieldType.Array()));
        fields.put(PhoneFields.VERIFIED, Field.of(new FieldType.Text()));
        return fields;
    }

    @Override
    public List<AccessSource> accessSources() {
        return List.of(
                AccessSource.sessions(change ->
                        change.after().isEmpty()
                                ? Optional.of(new Concerned.User(change.key()))
                                : Optional.empty()));
    }

    @Override
    public Set<String> writeOnlyFields() {
        return Set.of("password");
    }

    @Override
    public Map<String, JsonSchema> besidesFields() {
        return Map.of(
                "sessionToken",
                JsonSchema.string().describedAs("Sent to the user alone, for example on sign-up."));
    }

    @Override
    public Set<String> unloggedFields() {
        return Set.of("authData");
    }

    @Override
    public Set<String> confidentialFields() {
        return Set.of("authData", "password");
    }

    @Override
    public Map<String, Unique> uniqueFields() {
        return Map.of(
                "username",
                new Unique(
                        true,
                        ErrorCode.USERNAME_TAKEN,
                        "Account already exists for this username."),
                "email",
                new Unique(
                        true,
                        ErrorCode.EMAIL_TAKEN,
                        "Account already exists for this email address."),
                PhoneFields.VERIFIED,
                new Unique(
                        false,
                        ErrorCode.DUPLICATE_VALUE,
                        "Account already exists for this phone number."));
    }

    @Override
    public Set<String> indexedFields() {
        return Set.of("username", "email");
    }

    @Override
    public Map<String, Set<String>> protectedFields() {
        return Map.of("*", Set.of("email"));
    }

    /// A condition or order on hidden fields would reveal them, guess by guess.
    @Override
    public Set<String> secretFields(Caller caller) {
        return writesEverything(caller) ? Set.of() : Set.of("authData", "password");
    }

    private static boolean writesEverything(Caller caller) {
        return switch (caller) {
            case Caller.Master _, Caller.Maintenance _ -> true;
            case Caller.ReadOnlyMaster _, Caller.User _, Caller.Anonymous _ -> false;
        };
    }

    @Override
    public Optional<Answer> insteadOfCreate(Draft draft) {
        Optional<Identities.Claims> claims = identities.claims(draft);
        if (claims.isEmpty()) {
            return Optional.empty();
        }
        draft.caller().requireWriter("create");
        if (draft.caller() instanceof Caller.User user) {
            SessionRules.requireOwn(user);
        }
        return signIn.withIdentity(draft.app(), draft.caller(), draft.call(), claims.get());
    }

    /// A sign-up whose identity another sign-up has just linked is a log-in.
    @Override
    public Answer insteadOfRefusal(Draft draft, RialtoException refusal) {
        boolean overtaken =
                refusal.code() == ErrorCode.ACCOUNT_ALREADY_LINKED
                        && draft.caller() instanceof Caller.Anonymous;
        if (!overtaken) {
            throw refusal;
        }
        return identities
                .claims(draft)
                .flatMap(claims ->
                        signIn.withIdentity(draft.app(), draft.caller(), draft.call(), claims))
                .orElseThrow(() -> refusal);
    }

    /// A response about the session's own user contains the session's token: SDKs treat a user
    /// without one as logged out.
    @Override
    public ObjectNode besides(Caller caller, String objectId) {
        return caller instanceof Caller.User self && self.id().equals(objectId)
                ? Json.object().put("sessionToken", self.sessionToken())
                : Json.object();
    }

    @Override
    public void prepare(Draft draft) {
        refuseHiddenFields(draft);
        if (draft.creating()) {
            requireCredentials(draft);
            if (!draft.caller().seesEverything()) {
                draft.call().map(Call::remoteAddress).ifPresent(limits::signUp);
            }
        } else {
            requireChangeable(draft.caller(), draft.objectId());
            credentials.check(draft);
        }
        passwords.hash(draft);
        identities.check(draft);
    }

    @Override
    public boolean needsOriginal(Draft draft) {
        ObjectNode fields = draft.fields();
        return fields.has("authData")
                || fields.has("email")
                || fields.has("emailVerified")
                || PhoneFields.areIn(fields)
                || fields.has("password")
                || fields.has(PasswordField.CHANGED);
    }

    @Override
    public void beforeSave(Draft draft) {
        ObjectNode fields = draft.fields();
        fields.remove("sessionToken");
        if (!draft.creating()) {
            requireChangeable(draft.caller(), draft.objectId());
            credentials.confirm(draft);
        }
        EmailField.checkVerified(draft);
        passwords.store(draft);
        names.check(draft);
        PhoneFields.check(draft);
        emails.check(draft);
        identities.link(draft);
        protectOwnAccess(draft);
    }

    /// The server's columns are set by the server and, to migrate users, with the maintenance key.
    /// Fields with rules can only be written as a whole, so that no path bypasses the rules.
    private void refuseHiddenFields(Draft draft) {
        if (isByServer(draft)) {
            return;
        }
        boolean moving = draft.caller() instanceof Caller.Maintenance;
        for (String field : draft.fields().propertyNames()) {
            int dot = field.indexOf('.');
            boolean inside = dot >= 0 && fields().containsKey(field.substring(0, dot));
            boolean hidden = field.startsWith("_") && !field.equals("__type") && !moving;
            if (inside || hidden) {
                throw new RialtoException(
                        ErrorCode.INVALID_KEY_NAME, "Invalid field name: " + field + ".");
            }
        }
    }

    /// Whether the server itself writes: functions write without a request, too, but as their
    /// callers.
    private static boolean isByServer(Draft draft) {
        return draft.call().isEmpty() && draft.caller() instanceof Caller.Master;
    }

    private void requireCredentials(Draft draft) {
        ObjectNode fields = draft.fields();
        if (identities.isGiven(draft) || isProven(draft)) {
            return;
        }
        if (!NameFields.isText(fields.path("username"))) {
            throw new RialtoException(ErrorCode.USERNAME_MISSING, "bad or missing username");
        }
        boolean hashed = fields.path(PasswordField.HASH).isString();
        if (!NameFields.isText(fields.path("password")) && !hashed) {
            throw new RialtoException(ErrorCode.PASSWORD_MISSING, "password is required");
        }
    }

    /// Whether the server creates a user who has proven to own an address, which is enough to log
    /// in.
    private static boolean isProven(Draft draft) {
        return isByServer(draft)
                && (draft.fields().path("emailVerified").asBoolean(false)
                        || draft.fields().path("phoneVerified").asBoolean(false));
    }

    /// The ACL defines who may change a user: by default only the user itself and the master key.
    @Override
    public void requireChangeable(Caller caller, String objectId) {
        switch (caller) {
            case Caller.Master _, Caller.Maintenance _, Caller.User _ -> {}
            case Caller.ReadOnlyMaster _ -> caller.requireWriter("update");
            case Caller.Anonymous _ ->
                    throw new RialtoException(
                            ErrorCode.SESSION_MISSING, "Cannot modify user " + objectId + ".");
        }
    }

    /// Callers that may not change a user don't learn whether it exists.
    @Override
    public RialtoException notFound(Caller caller, RialtoException usual) {
        return caller.seesEverything()
                ? usual
                : new RialtoException(ErrorCode.SESSION_MISSING, "Insufficient auth.");
    }

    /// A new user is private; nobody can lock itself out.
    private static void protectOwnAccess(Draft draft) {
        ObjectNode fields = draft.fields();
        JsonNode acl = fields.path("ACL");
        boolean none = acl.isMissingNode() || acl.isNull();
        if (draft.creating() && none) {
            acl = fields.putObject("ACL");
        }
        boolean self = draft.creating() || draft.caller() instanceof Caller.User;
        if (self && acl instanceof ObjectNode object && !object.has("__op")) {
            object.putObject(draft.objectId()).put("read", true).put("write", true);
        }
    }

    @Override
    public void afterSave(Draft draft, ObjectNode answer) {
        answer.remove(
                Set.of(
                        "password",
                        "authData",
                        PasswordField.HASH,
                        PasswordField.CHANGED,
                        PasswordRules.HISTORY,
                        PhoneFields.VERIFIED));
        NameFields.answer(draft, answer);
        emails.afterSave(draft, answer);
        boolean linked = draft.fields().has("authData");
        if (draft.creating()) {
            opening.first(draft, answer);
        } else if (draft.fields().has(PasswordField.CHANGED)) {
            draft.original().ifPresent(user -> limits.unlock(draft.app(), user));
            emails.passwordChanged(draft);
            opening.another(draft, answer);
        }
        if (linked) {
            answer.set("authDataResponse", draft.responses());
        }
    }

    @Override
    public void afterCreate(App app, Caller caller, ObjectNode answer) {
        if (!(caller instanceof Caller.Maintenance)) {
            emails.requireSession(app, answer);
        }
    }

    @Override
    public void beforeDelete(App app, Caller caller, ObjectNode original) {
        if (caller instanceof Caller.User user) {
            SessionRules.requireOwn(user);
        }
    }

    @Override
    public void afterDelete(App app, Caller caller, ObjectNode original) {
        users.forget(app, original.path("objectId").asString(""));
    }

    @Override
    public void afterPurge(App app) {
        users.forgetAll(app);
    }

    @Override
    public boolean presents() {
        return true;
    }

    @Override
    public void present(App app, Caller caller, ObjectNode object) {
        object.remove("password");
        identities.present(object);
        boolean own =
                caller instanceof Caller.User user
                        && object.path("objectId").asString("").equals(user.id());
        if (!own && !caller.seesEverything()) {
            PhoneFields.hide(object);
            object.remove("authData");
        }
        boolean undelegated = own && caller instanceof Caller.User user && !user.delegated();
        if (!undelegated && !writesEverything(caller)) {
            AnonymousProvider.hide(object.path("authData"));
        }
    }
}
