package dev.rialto.useradmin;

import dev.rialto.kernel.App;
import dev.rialto.model.ClassNames;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldType;
import dev.rialto.spi.Querying;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import dev.rialto.where.Table;
import java.util.List;
import java.util.function.Consumer;

/// Finds the objects that belong to a user, and those that point to one.
final class TheirObjects {
    private static final String USER = "_User";
    private static final int PAGE = 200;

    private final Database database;
    private final Querying querying;

    TheirObjects(Database database, Querying querying) {
        this.database = database;
        this.querying = querying;
    }

    /// The classes that users have objects in. `_User` is not among them, nor what is deleted with
    /// a user anyway.
    List<ClassSchema> classes(App app) {
        return querying.all(app).stream()
                .filter(schema -> !ClassNames.isReserved(schema.name()) || isInstallation(schema))
                .toList();
    }

    private static boolean isInstallation(ClassSchema schema) {
        return schema.name().equals("_Installation");
    }

    /// The fields of a class that point to users.
    static List<String> pointers(ClassSchema schema) {
        return schema.fields().entrySet().stream()
                .filter(each ->
                        each.getValue().type() instanceof FieldType.Pointer(var target)
                                && target.equals(USER))
                .map(each -> each.getKey())
                .toList();
    }

    /// The objects of a class that a user alone may write.
    static Sql ownedBy(String userId) {
        return Sql.of("\"_wperm\" = ARRAY[?]::text[]", userId);
    }

    /// The objects of a class whose field points to a user.
    static Sql pointingBy(String field, String userId) {
        return Sql.of(Table.column(field) + " = ?", userId);
    }

    /// The objects that a user alone may write, and those that point to it.
    static Sql concerning(ClassSchema schema, String userId) {
        Sql condition = Sql.of("(").add(ownedBy(userId));
        pointers(schema).forEach(field -> condition.add(" OR ").add(pointingBy(field, userId)));
        return condition.add(")");
    }

    /// Walks through the ids of the objects that fulfil a condition, while they may be deleted.
    ///
    /// @param condition on the columns of the class
    void forEach(App app, ClassSchema schema, Sql condition, Consumer<String> each) {
        String last = "";
        while (true) {
            List<String> page = page(app, schema, condition, last);
            page.forEach(each);
            if (page.size() < PAGE) {
                return;
            }
            last = page.getLast();
        }
    }

    private List<String> page(App app, ClassSchema schema, Sql condition, String after) {
        return database.query(
                Sql.of("SELECT \"objectId\" FROM " + Table.of(app, schema.name()) + " WHERE ")
                        .add(condition)
                        .add(" AND \"objectId\" > ? ORDER BY \"objectId\" LIMIT " + PAGE, after),
                row -> row.getString(1));
    }

    long count(App app, ClassSchema schema, Sql condition) {
        return database.queryFirst(
                        Sql.of("SELECT count(*) FROM " + Table.of(app, schema.name()) + " WHERE ")
                                .add(condition),
                        row -> row.getLong(1))
                .orElse(0L);
    }
}
