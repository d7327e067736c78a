package dev.rialto.accounts;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
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
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The rules of `_Role`: ACLs refer to roles by name, so names are unique and immutable; and a role
/// always has an ACL.
final class RoleRules implements ClassRules {
    static final String CLASS = "_Role";
    private static final Pattern NAME = Pattern.compile("[0-9a-zA-Z_ -]{1,200}");

    private final AccountStore store;
    private final SessionCache cache;

    RoleRules(AccountStore store, SessionCache cache) {
        this.store = store;
        this.cache = cache;
    }

    @Override
    public String className() {
        return CLASS;
    }

    @Override
    public Map<String, Field> fields() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("name", Field.of(new FieldType.Text()));
        fields.put("users", Field.of(new FieldType.Relation(UserRules.CLASS)));
        fields.put("roles", Field.of(new FieldType.Relation(CLASS)));
        return fields;
    }

    @Override
    public Map<String, Unique> uniqueFields() {
        return Map.of(
                "name",
                new Unique(
                        false,
                        ErrorCode.DUPLICATE_VALUE,
                        "A duplicate value for a field with unique values was provided"));
    }

    @Override
    public List<AccessSource> accessSources() {
        return List.of(
                AccessSource.objects(change ->
                        change.before().isPresent() && change.after().isEmpty()
                                ? Optional.of(new Concerned.EveryUser())
                                : Optional.empty()),
                AccessSource.relation(
                        "users",
                        change ->
                                change.after()
                                        .or(change::before)
                                        .map(pair ->
                                                new Concerned.User(
                                                        Json.read(pair)
                                                                .path("relatedId")
                                                                .asString("")))),
                AccessSource.relation("roles", _ -> Optional.of(new Concerned.EveryUser())));
    }

    @Override
    public boolean needsOriginal(Draft draft) {
        return draft.fields().has("name");
    }

    @Override
    public void beforeSave(Draft draft) {
        JsonNode name = draft.fields().path("name");
        JsonNode acl = draft.fields().path("ACL");
        if (draft.creating() || draft.fields().has("ACL")) {
            requireName(draft, name);
            if (!acl.isObject() || acl.has("__op")) {
                throw new RialtoException(ErrorCode.INCORRECT_TYPE, "ACL is required.");
            }
        }
        if (name.isString() && !NAME.matcher(name.stringValue()).matches()) {
            throw new RialtoException(
                    ErrorCode.INVALID_ROLE_NAME,
                    "A role's name can only contain alphanumeric characters, _, -, and spaces.");
        }
        draft.original()
                .filter(role -> !role.path("name").equals(name))
                .ifPresent(_ -> {
                    throw new RialtoException(
                            ErrorCode.IMMUTABLE_FIELD, "A role's name can't be changed.");
                });
    }

    private static void requireName(Draft draft, JsonNode name) {
        boolean missing = name.isMissingNode() || name.isNull() || isEmptyText(name);
        if (draft.creating() && missing) {
            throw new RialtoException(ErrorCode.INCORRECT_TYPE, "name is required.");
        }
    }

    private static boolean isEmptyText(JsonNode name) {
        return name.isString() && name.stringValue().isEmpty();
    }

    @Override
    public void afterSave(Draft draft, ObjectNode answer) {
        cache.dropAll(draft.app());
    }

    @Override
    public void afterDelete(App app, Caller caller, ObjectNode original) {
        store.forgetRole(app, original.path("objectId").asString(""));
        cache.dropAll(app);
    }

    @Override
    public void afterPurge(App app) {
        cache.dropAll(app);
    }
}
