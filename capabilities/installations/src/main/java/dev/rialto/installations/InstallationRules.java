package dev.rialto.installations;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.Field;
import dev.rialto.model.FieldType;
import dev.rialto.model.Where;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.Draft;
import dev.rialto.spi.Objects;
import dev.rialto.store.Database;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The rules of `_Installation`: one object for one device, however often it says hello and under
/// whichever token it gets its pushes.
public final class InstallationRules implements ClassRules {
    private static final List<String> CRITICAL =
            List.of("installationId", "deviceToken", "deviceType");

    private final Database database;
    private final Objects objects;
    private final InstallationStore store;

    public InstallationRules(Database database, Objects objects) {
        this.database = database;
        this.objects = objects;
        this.store = new InstallationStore(database, objects);
    }

    @Override
    public String className() {
        return InstallationStore.CLASS_NAME;
    }

    @Override
    public Map<String, Field> fields() {
        var text = Field.of(new FieldType.Text());
        return Map.ofEntries(
                Map.entry("installationId", text),
                Map.entry("deviceToken", text),
                Map.entry("deviceType", text),
                Map.entry("channels", Field.of(new FieldType.Array())),
                Map.entry("pushType", text),
                Map.entry("GCMSenderId", text),
                Map.entry("timeZone", text),
                Map.entry("localeIdentifier", text),
                Map.entry("appVersion", text),
                Map.entry("appName", text),
                Map.entry("appIdentifier", text),
                Map.entry("parseVersion", text),
                Map.entry("badge", Field.of(new FieldType.Number())));
    }

    @Override
    public Map<String, Unique> uniqueFields() {
        return Map.of(
                "installationId",
                new Unique(
                        false,
                        ErrorCode.DUPLICATE_VALUE,
                        "another installation has this installationId"));
    }

    @Override
    public Set<String> indexedFields() {
        return Set.of("deviceToken");
    }

    @Override
    public Optional<Answer> insteadOfCreate(Draft draft) {
        Device.normalize(draft.fields());
        Device device = Device.sent(draft.fields(), sender(draft));
        if (device.lookupId().isEmpty() && device.deviceToken().isEmpty()) {
            throw new RialtoException(
                    ErrorCode.MISSING_DEVICE_ID,
                    "at least one ID field (deviceToken, installationId) must be specified in this"
                            + " operation");
        }
        // The lock on the device must outlive the decision: decide and write in one transaction.
        return database.isInTransaction()
                ? updateInstead(draft, device)
                : Optional.of(
                        database.inTransaction(
                                () -> updateInstead(draft, device).orElseGet(() -> create(draft))));
    }

    private Optional<Answer> updateInstead(Draft draft, Device device) {
        store.lock(draft.app(), device);
        Optional<Device> byId = store.byInstallationId(draft.app(), device.lookupId());
        if (byId.isEmpty() && device.deviceType().isEmpty()) {
            throw new RialtoException(
                    ErrorCode.MISSING_DEVICE_ID, "deviceType must be specified in this operation");
        }
        List<Device> byToken = store.byToken(draft.app(), device.deviceToken());
        return switch (DeviceMatch.forCreate(device, byId, byToken)) {
            case DeviceMatch.Create(var obsolete) -> {
                store.delete(draft.app(), obsolete);
                yield Optional.empty();
            }
            case DeviceMatch.Update(var target, var obsolete) -> {
                store.delete(draft.app(), obsolete);
                yield Optional.of(Answer.ok(update(draft, target)));
            }
            case DeviceMatch.Ambiguous _ ->
                    throw new RialtoException(
                            ErrorCode.MISSING_INSTALLATION_ID,
                            "Must specify installationId when deviceToken matches multiple"
                                    + " Installation objects");
        };
    }

    private ObjectNode update(Draft draft, String target) {
        return objects.update(
                draft.app(), draft.caller(), draft.call(), className(), target, draft.fields());
    }

    private Answer create(Draft draft) {
        ObjectNode created =
                objects.create(
                        draft.app(), draft.caller(), draft.call(), className(), draft.fields());
        Answer answer = Answer.of(201, created);
        return draft.call()
                .map(call -> answer.withHeader("Location", location(call, created)))
                .orElse(answer);
    }

    private String location(Call call, ObjectNode created) {
        return call.publicUrl()
                + "/classes/"
                + className()
                + "/"
                + created.path("objectId").asString();
    }

    @Override
    public boolean needsOriginal(Draft draft) {
        return CRITICAL.stream().anyMatch(draft.fields()::has);
    }

    /// An update keeps its object, whatever else is found: the client knows it by its id.
    @Override
    public void beforeSave(Draft draft) {
        Device.normalize(draft.fields());
        if (draft.creating() || draft.original().isEmpty()) {
            return;
        }
        Device stored = Device.stored(draft.original().get());
        Device sent = Device.sent(draft.fields(), Optional.empty()).withObjectId(stored.objectId());
        requireSame(draft.fields(), "installationId", stored.installationId());
        requireSame(draft.fields(), "deviceType", stored.deviceType());
        if (stored.installationId().isEmpty() && sent.installationId().isEmpty()) {
            requireSame(draft.fields(), "deviceToken", stored.deviceToken());
        }
        store.lock(draft.app(), sent);
        store.byInstallationId(draft.app(), sent.installationId())
                .filter(other -> !other.objectId().equals(stored.objectId()))
                .ifPresent(other -> store.delete(draft.app(), List.of(other.objectId())));
        if (!sent.deviceToken().equals(stored.deviceToken())) {
            List<Device> byToken = store.byToken(draft.app(), sent.deviceToken());
            store.delete(draft.app(), sent.rivals(byToken).stream().map(Device::objectId).toList());
        }
    }

    private static void requireSame(ObjectNode fields, String key, Optional<String> stored) {
        JsonNode sent = fields.path(key);
        if (sent.isMissingNode() || stored.isEmpty()) {
            return;
        }
        if (!sent.isString() || !sent.stringValue().equals(stored.get())) {
            throw new RialtoException(
                    ErrorCode.IMMUTABLE_FIELD, key + " may not be changed in this operation");
        }
    }

    @Override
    public Where beforeFind(App app, Caller caller, Where where, boolean single) {
        if (!single) {
            requireKey(caller, "find");
        }
        return where;
    }

    @Override
    public void beforeDelete(App app, Caller caller, ObjectNode original) {
        requireKey(caller, "delete");
    }

    private static void requireKey(Caller caller, String action) {
        if (!caller.seesEverything()) {
            throw new RialtoException(
                    ErrorCode.OPERATION_FORBIDDEN,
                    "Clients aren't allowed to perform the "
                            + action
                            + " operation on the installation collection.");
        }
    }

    /// The installation id that comes with a client's request. A key holder writes the
    /// installations of others, so theirs says nothing.
    private static Optional<String> sender(Draft draft) {
        return draft.caller().seesEverything()
                ? Optional.empty()
                : draft.call().flatMap(Call::installationId);
    }
}
