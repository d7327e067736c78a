package dev.rialto.config;

import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import dev.rialto.where.FieldValues;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// The parameters of apps, in each app's schema. Safe for use by many threads.
public final class ConfigStore {
    private static final String TABLE = "_config_parameter";

    private final Database database;

    public ConfigStore(Database database) {
        this.database = database;
    }

    /// All parameters of an app, by name.
    List<Parameter> parameters(App app) {
        return database.query(
                Sql.of("SELECT name, value, master_key_only FROM ")
                        .add(table(app))
                        .add(" ORDER BY name COLLATE \"C\""),
                row ->
                        new Parameter(
                                row.getString(1), Json.read(row.getString(2)), row.getBoolean(3)));
    }

    /// Makes all changes, or none. Parameters that are not named stay as they are.
    void change(App app, List<ParameterChange> changes) {
        database.inTransaction(() -> {
            if (changes.stream().anyMatch(ParameterChange.Apply.class::isInstance)) {
                // Two who add to one parameter must see each other, also when it is not there yet.
                database.update(
                        Sql.of("LOCK TABLE ").add(table(app)).add(" IN SHARE ROW EXCLUSIVE MODE"));
            }
            changes.forEach(change -> database.update(statement(app, change)));
            return true;
        });
    }

    /// Adds a parameter that came from another server.
    ///
    /// @return whether there was none of this name
    /// @throws RialtoException when a parameter can't have the name or the value
    public boolean add(App app, String name, JsonNode value, boolean masterKeyOnly) {
        if (!ParameterChange.NAME.matcher(name).matches()) {
            throw new RialtoException(
                    ErrorCode.INVALID_KEY_NAME, "Invalid config parameter name: " + name + ".");
        }
        return database.update(
                        Sql.of("INSERT INTO ")
                                .add(table(app))
                                .add(
                                        " VALUES (?, ?::json, ?) ON CONFLICT DO NOTHING",
                                        name,
                                        Json.write(FieldValues.storable(value)),
                                        masterKeyOnly))
                > 0;
    }

    private JsonNode value(App app, String name) {
        return database.queryFirst(
                        Sql.of("SELECT value FROM ").add(table(app)).add(" WHERE name = ?", name),
                        row -> Json.read(row.getString(1)))
                .orElseGet(Json.nodes()::missingNode);
    }

    private Sql statement(App app, ParameterChange change) {
        return switch (change) {
            case ParameterChange.Apply apply -> statement(app, apply.to(value(app, apply.name())));
            case ParameterChange.Put put ->
                    Sql.of("INSERT INTO ")
                            .add(table(app))
                            .add(
                                    " AS old VALUES (?, ?::json, ?) ON CONFLICT (name) DO UPDATE SET"
                                            + " value = excluded.value, master_key_only ="
                                            + " coalesce(?::boolean, old.master_key_only)",
                                    put.name(),
                                    Json.write(put.value()),
                                    put.masterKeyOnly().orElse(false),
                                    put.masterKeyOnly().orElse(null));
            case ParameterChange.Restrict(String name, boolean masterKeyOnly) ->
                    Sql.of("UPDATE ")
                            .add(table(app))
                            .add(" SET master_key_only = ? WHERE name = ?", masterKeyOnly, name);
            case ParameterChange.Remove(String name) ->
                    Sql.of("DELETE FROM ").add(table(app)).add(" WHERE name = ?", name);
        };
    }

    private static Sql table(App app) {
        return Sql.empty().addName(app.schema()).add(".").addName(TABLE);
    }
}
