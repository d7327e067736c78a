package dev.rialto.installations;

import dev.rialto.kernel.App;
import dev.rialto.model.FieldPath;
import dev.rialto.model.Predicate;
import dev.rialto.model.Value;
import dev.rialto.model.Where;
import dev.rialto.spi.Objects;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The stored installations, looked up by what devices are recognized by.
final class InstallationStore {
    static final String CLASS_NAME = "_Installation";

    /// More than any device has; above it old rows stay until the next write.
    private static final int MAX_MATCHES = 1000;

    private final Database database;
    private final Objects objects;

    InstallationStore(Database database, Objects objects) {
        this.database = database;
        this.objects = objects;
    }

    /// Keeps other writers of the same device waiting until the transaction ends, so that two first
    /// saves of one device make one object.
    void lock(App app, Device device) {
        Stream.of(
                        device.lookupId().map(id -> "id:" + id),
                        device.deviceToken().map(token -> "token:" + token))
                .flatMap(Optional::stream)
                .map(key -> CLASS_NAME + ":" + app.schema() + ":" + key)
                .forEach(key ->
                        database.query(
                                Sql.of(
                                        "SELECT 1 FROM"
                                                + " pg_advisory_xact_lock(hashtextextended(?, 0))",
                                        key),
                                row -> row.getInt(1)));
    }

    Optional<Device> byInstallationId(App app, Optional<String> installationId) {
        return installationId.flatMap(
                id -> find(app, equal("installationId", id)).stream().findFirst());
    }

    List<Device> byToken(App app, Optional<String> deviceToken) {
        return deviceToken.map(token -> find(app, equal("deviceToken", token))).orElseGet(List::of);
    }

    void delete(App app, List<String> objectIds) {
        if (objectIds.isEmpty()) {
            return;
        }
        List<Value> ids = objectIds.stream().<Value>map(Value.Text::new).toList();
        objects.deleteWhere(
                app, CLASS_NAME, new Where.On(FieldPath.of("objectId"), new Predicate.In(ids)));
    }

    private List<Device> find(App app, Where where) {
        return objects.findHidden(app, CLASS_NAME, where, MAX_MATCHES).stream()
                .map(Device::stored)
                .toList();
    }

    private static Where equal(String field, String value) {
        return new Where.On(FieldPath.of(field), new Predicate.Equal(new Value.Text(value)));
    }
}
