package dev.rialto.testing;

import dev.rialto.kernel.App;
import dev.rialto.store.Database;
import dev.rialto.store.DatabaseSettings;
import dev.rialto.store.Migrations;
import dev.rialto.store.Sql;
import java.util.concurrent.atomic.AtomicInteger;

/// A PostgreSQL database of one test class: empty but for the tables that the migrations on the
/// class path make, with one app in it. It is cloned in some 50 ms from a template that the JVM
/// makes once, and gone after [#close].
///
/// ```java
/// private static final TestDatabase POSTGRES = TestDatabase.create();
///
/// @AfterAll
/// static void close() {
///     POSTGRES.close();
/// }
/// ```
public final class TestDatabase implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final App APP = new App("test", "app_test");

    private final String name;
    private final DatabaseSettings settings;
    private final Database database;

    private TestDatabase(String name, DatabaseSettings settings) {
        this.name = name;
        this.settings = settings;
        this.database = Database.open(settings);
    }

    public static TestDatabase create() {
        TestCluster cluster = TestCluster.shared();
        String name = "test_" + NUMBER.incrementAndGet();
        cluster.administration()
                .update(Sql.of("create database ").addName(name).add(" template rialto_template"));
        return new TestDatabase(name, cluster.settings(name));
    }

    public Database database() {
        return database;
    }

    public DatabaseSettings settings() {
        return settings;
    }

    /// An app with the id `test`, whose schema is migrated. It has no row in the table of apps.
    public App app() {
        return APP;
    }

    /// One more app; its schema is migrated. It has no row in the table of apps.
    ///
    /// @param id small letters, digits and underscores
    public App app(String id) {
        var app = new App(id, "app_" + id);
        new Migrations(database).migrateApp(app.schema());
        return app;
    }

    @Override
    public void close() {
        database.close();
        TestCluster.shared()
                .administration()
                .update(Sql.of("drop database ").addName(name).add(" with (force)"));
    }
}
