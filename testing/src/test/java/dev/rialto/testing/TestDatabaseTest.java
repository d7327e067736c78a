package dev.rialto.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.store.Sql;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestDatabaseTest {
    @Test
    void givesEachTestItsOwnMigratedDatabase() {
        try (var one = TestDatabase.create();
                var two = TestDatabase.create()) {
            one.database().update(Sql.of("create table app_test.mine (id int)"));

            assertThat(tables(one, "app_test")).contains("_migrations", "mine");
            assertThat(tables(two, "app_test")).contains("_migrations").doesNotContain("mine");
            assertThat(tables(two, "rialto")).contains("migration_state");
        }
    }

    @Test
    void makesMoreAppsOnDemand() {
        try (var postgres = TestDatabase.create()) {
            var app = postgres.app("other");

            assertThat(tables(postgres, app.schema())).contains("_migrations");
        }
    }

    private static List<String> tables(TestDatabase postgres, String schema) {
        return postgres.database()
                .query(
                        Sql.of("select tablename from pg_tables where schemaname = ?", schema),
                        row -> row.getString(1));
    }
}
