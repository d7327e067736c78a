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
import dev.rialto.model.Where;
import dev.rialto.model.WireValues;
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

/// The rules of `_Session`: clients see and end only the sessions of their own user, and can't set
/// fields that the server relies on.
final class SessionRules implements ClassRules {
    private static final String CURRENT = "current";

    private static final List<String> READ_ONLY =
            List.of(
                    "sessionToken",
                    "user",
                    "expiresAt",
                    "createdWith",
                    "restricted",
                    "installationId",
                    "device",
                    "address",
                    "lastUsedAt");

    private final Sessions sessions;

    SessionRules(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public String className() {
        return Sessions.CLASS;
    }

    @Override
    public String path() {
        return "/sessions";
    }

    @Override
    public Map<String, Field> fields() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("user", Field.of(new FieldType.Pointer(UserRules.CLASS)));
        fields.put("installationId", Field.of(new FieldType.Text()));
        fields.put("sessionToken", Field.of(new FieldType.Text()));
        fields.put("expiresAt", Field.of(new FieldType.Date()));
        fields.put("createdWith", Field.of(new FieldType.Obj()));
        fields.put("restricted", Field.of(new FieldType.Bool()));
        fields.put("device", Field.of(new FieldType.Text()));
        fields.put("address", Field.of(new FieldType.Text()));
        fields.put("lastUsedAt", Field.of(new FieldType.Date()));
        return fields;
    }

    @Override
    public Map<String, Field> hiddenFields() {
        return Map.of(Sessions.NETWORK, Field.of(new FieldType.Text()));
    }

    @Override
    public Map<String, JsonSchema> besidesFields() {
        return Map.of(
                CURRENT,
                JsonSchema.bool().describedAs("True for the session of the request, else absent."));
    }

    @Override
    public Set<String> unloggedFields() {
        return Set.of("sessionToken");
    }

    /// A session that begins gives nothing to those who follow something already.
    @Override
    public List<AccessSource> accessSources() {
        return List.of(
                AccessSource.sessions(change ->
                        change.before()
                                .filter(row -> isOther(row, change.after()))
                                .map(row -> new Concerned.User(logged(row, "user")))));
    }

    /// Whether a session ended, or is another's or for another time.
    private static boolean isOther(String row, Optional<String> after) {
        return after.isEmpty()
                || !logged(row, "user").equals(logged(after.get(), "user"))
                || !logged(row, "expiresAt").equals(logged(after.get(), "expiresAt"));
    }

    private static String logged(String row, String field) {
        return Json.read(row).path(field).asString("");
    }

    /// Sessions begin and end automatically, in the middle of other work; there are moments for
    /// logging in and out.
    @Override
    public boolean triggers() {
        return false;
    }

    @Override
    public Map<String, Unique> uniqueFields() {
        return Map.of(
                "sessionToken",
                new Unique(
                        false,
                        ErrorCode.DUPLICATE_VALUE,
                        "A duplicate value for a field with unique values was provided"));
    }

    @Override
    public Set<String> indexedFields() {
        return Set.of("user");
    }

    /// Read-only callers get no token, which would let them write. Users query only their own
    /// sessions.
    @Override
    public Set<String> secretFields(Caller caller) {
        boolean mayKnow =
                switch (caller) {
                    case Caller.ReadOnlyMaster _ -> false;
                    case Caller.User user -> !user.delegated();
                    case Caller.Anonymous _, Caller.Master _, Caller.Maintenance _ -> true;
                };
        return mayKnow ? Set.of() : Set.of("sessionToken");
    }

    @Override
    public Optional<Answer> insteadOfCreate(Draft draft) {
        if (draft.caller().seesEverything()) {
            return Optional.empty();
        }
        Caller.User user = requireUser(draft.caller(), "Session token required.");
        requireOwn(user);
        refuseAcl(draft);
        ObjectNode more = draft.fields().deepCopy();
        more.remove(READ_ONLY);
        more.remove(List.of("objectId", CURRENT));
        more.propertyNames().stream().filter(SessionRules::isHidden).toList().forEach(more::remove);
        Optional<String> installation =
                Optional.ofNullable(draft.fields().path("installationId").asString(null))
                        .or(() -> draft.call().flatMap(Call::installationId));
        ObjectNode session =
                sessions.open(
                        draft.app(),
                        new Sessions.Opening(
                                user.id(),
                                "create",
                                Optional.empty(),
                                installation,
                                draft.call(),
                                more),
                        () -> sessions.requireRunning(draft.app(), user));
        Answer answer = Answer.of(201, session);
        return Optional.of(
                draft.call()
                        .map(call ->
                                answer.withHeader(
                                        "Location",
                                        call.publicUrl()
                                                + "/sessions/"
                                                + session.path("objectId").asString("")))
                        .orElse(answer));
    }

    @Override
    public boolean needsOriginal(Draft draft) {
        return true;
    }

    @Override
    public void beforeSave(Draft draft) {
        refuseAcl(draft);
        draft.fields().remove(CURRENT);
        if (draft.caller().seesEverything()) {
            return;
        }
        Caller.User user = requireUser(draft.caller(), "Session token required.");
        removeUnchanged(draft);
        for (String field : draft.fields().propertyNames()) {
            String name = field.split("\\.", 2)[0];
            if (READ_ONLY.contains(name) || isHidden(name)) {
                throw new RialtoException(ErrorCode.INVALID_KEY_NAME, "Invalid key name: " + name);
            }
        }
        boolean own =
                draft.original()
                        .filter(session -> Sessions.userId(session).equals(user.id()))
                        .isPresent();
        if (!own) {
            throw notFound();
        }
    }

    /// Whether a field is the server's own.
    private static boolean isHidden(String name) {
        return name.startsWith("_") && !name.equals("__type");
    }

    /// Clients send back the fields that they read.
    private static void removeUnchanged(Draft draft) {
        draft.original()
                .ifPresent(session -> {
                    for (String name : READ_ONLY) {
                        JsonNode sent = draft.fields().get(name);
                        if (sent != null && WireValues.equal(sent, session.path(name))) {
                            draft.fields().remove(name);
                        }
                    }
                });
    }

    private static void refuseAcl(Draft draft) {
        if (draft.fields().has("ACL")) {
            throw new RialtoException(ErrorCode.INVALID_KEY_NAME, "Cannot set ACL on a Session.");
        }
    }

    @Override
    public void afterSave(Draft draft, ObjectNode answer) {
        if (!draft.creating()) {
            sessions.forget(draft.app(), draft.original().orElseGet(Json::object));
        }
    }

    @Override
    public void beforeDelete(App app, Caller caller, ObjectNode original) {
        if (!caller.seesEverything()) {
            Caller.User user = requireUser(caller, "Invalid session token");
            requireOwn(user);
            if (!Sessions.userId(original).equals(user.id())) {
                throw new RialtoException(
                        ErrorCode.OBJECT_NOT_FOUND, "Object not found for delete.");
            }
        }
    }

    @Override
    public void afterDelete(App app, Caller caller, ObjectNode original) {
        sessions.forget(app, original);
    }

    @Override
    public void afterPurge(App app) {
        sessions.forgetAll(app);
    }

    @Override
    public Where beforeFind(App app, Caller caller, Where where, boolean single) {
        if (caller.seesEverything()) {
            return where;
        }
        Caller.User user = requireUser(caller, "Invalid session token");
        return new Where.And(List.of(where, Sessions.ofUser(user.id())));
    }

    @Override
    public boolean presents() {
        return true;
    }

    /// The token of another user's session is never returned.
    @Override
    public void present(App app, Caller caller, ObjectNode object) {
        boolean shown =
                switch (caller) {
                    case Caller.Master _, Caller.Maintenance _ -> true;
                    case Caller.User user ->
                            !user.delegated() && Sessions.userId(object).equals(user.id());
                    case Caller.Anonymous _, Caller.ReadOnlyMaster _ -> false;
                };
        if (caller instanceof Caller.User user
                && object.path("sessionToken").asString("").equals(user.sessionToken())) {
            object.put(CURRENT, true);
        }
        if (!shown) {
            object.remove("sessionToken");
        }
    }

    /// Refuses a program that acts for a user, which would be more than it was let do.
    static void requireOwn(Caller.User user) {
        if (user.delegated()) {
            throw new RialtoException(
                    ErrorCode.OPERATION_FORBIDDEN,
                    "a program that acts for a user can't open sessions or change how the user signs"
                            + " in");
        }
    }

    private static Caller.User requireUser(Caller caller, String otherwise) {
        if (caller instanceof Caller.User user) {
            return user;
        }
        throw new RialtoException(ErrorCode.INVALID_SESSION_TOKEN, otherwise);
    }

    private static RialtoException notFound() {
        return new RialtoException(ErrorCode.OBJECT_NOT_FOUND, "Object not found.");
    }
}
