package dev.rialto.hooks;

import dev.rialto.hooks.Hook.FunctionHook;
import dev.rialto.hooks.Hook.TriggerHook;
import dev.rialto.kernel.App;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.util.List;
import java.util.Optional;

/// The hooks of apps, in each app's schema. Safe for use by many threads.
public final class HookStore {
    private final Database database;

    public HookStore(Database database) {
        this.database = database;
    }

    /// All functions of an app that are hooked, by name.
    public List<FunctionHook> functions(App app) {
        return database.query(
                Sql.of("SELECT name, url FROM ")
                        .add(functionTable(app))
                        .add(" ORDER BY name COLLATE \"C\""),
                row -> new FunctionHook(row.getString(1), row.getString(2)));
    }

    public Optional<FunctionHook> function(App app, String name) {
        return database.queryFirst(
                Sql.of("SELECT url FROM ").add(functionTable(app)).add(" WHERE name = ?", name),
                row -> new FunctionHook(name, row.getString(1)));
    }

    /// All triggers of an app that are hooked, by class and name.
    public List<TriggerHook> triggers(App app) {
        return database.query(
                Sql.of("SELECT class_name, trigger_name, url FROM ")
                        .add(triggerTable(app))
                        .add(" ORDER BY class_name COLLATE \"C\", trigger_name COLLATE \"C\""),
                row -> new TriggerHook(row.getString(1), row.getString(2), row.getString(3)));
    }

    public Optional<TriggerHook> trigger(App app, String className, String triggerName) {
        return database.queryFirst(
                Sql.of("SELECT url FROM ")
                        .add(triggerTable(app))
                        .add(" WHERE class_name = ? AND trigger_name = ?", className, triggerName),
                row -> new TriggerHook(className, triggerName, row.getString(1)));
    }

    /// Adds a hook.
    ///
    /// @return whether it was not there before
    public boolean add(App app, Hook hook) {
        Sql insert =
                switch (hook) {
                    case FunctionHook(String name, String url) ->
                            Sql.of("INSERT INTO ")
                                    .add(functionTable(app))
                                    .add(" VALUES (?, ?)", name, url);
                    case TriggerHook(String className, String triggerName, String url) ->
                            Sql.of("INSERT INTO ")
                                    .add(triggerTable(app))
                                    .add(" VALUES (?, ?, ?)", className, triggerName, url);
                };
        return database.update(insert.add(" ON CONFLICT DO NOTHING")) > 0;
    }

    /// Changes the address of a hook.
    ///
    /// @return whether there is one
    boolean replace(App app, Hook hook) {
        Sql update =
                switch (hook) {
                    case FunctionHook(String name, String url) ->
                            Sql.of("UPDATE ")
                                    .add(functionTable(app))
                                    .add(" SET url = ? WHERE name = ?", url, name);
                    case TriggerHook(String className, String triggerName, String url) ->
                            Sql.of("UPDATE ")
                                    .add(triggerTable(app))
                                    .add(
                                            " SET url = ? WHERE class_name = ? AND trigger_name = ?",
                                            url,
                                            className,
                                            triggerName);
                };
        return database.update(update) > 0;
    }

    /// Removes a function's hook; one that is not there is fine.
    void removeFunction(App app, String name) {
        database.update(
                Sql.of("DELETE FROM ").add(functionTable(app)).add(" WHERE name = ?", name));
    }

    /// Removes a trigger's hook; one that is not there is fine.
    void removeTrigger(App app, String className, String triggerName) {
        database.update(
                Sql.of("DELETE FROM ")
                        .add(triggerTable(app))
                        .add(" WHERE class_name = ? AND trigger_name = ?", className, triggerName));
    }

    private static Sql functionTable(App app) {
        return Sql.empty().addName(app.schema()).add(".").addName("_function_hook");
    }

    private static Sql triggerTable(App app) {
        return Sql.empty().addName(app.schema()).add(".").addName("_trigger_hook");
    }
}
