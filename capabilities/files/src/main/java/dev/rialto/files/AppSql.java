package dev.rialto.files;

import dev.rialto.kernel.App;
import dev.rialto.store.Sql;

/// Statements on the tables that each app has of its own.
final class AppSql {
    private AppSql() {}

    /// A statement so far, and the schema of an app: a table follows.
    static Sql in(App app, String start) {
        return Sql.of(start).addName(app.schema());
    }
}
