package dev.rialto.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.App;
import dev.rialto.kernel.SetupException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Programs of different versions on one database.
class MigrationsTest {
    private static final Program OLD = new Program("0.1.0", "0.1.0");
    private static final Program NEXT = new Program("0.2.0", "0.1.0");
    private static final Program FAR = new Program("0.3.0", "0.2.0");

    private static final Map<String, String> FIRST =
            Map.of("V10_1__things.sql", "create table thing (n int)");
    private static final Map<String, String> SECOND =
            Map.of(
                    "V10_1__things.sql",
                    "create table thing (n int)",
                    "V5_1__more_of_things.sql",
                    "alter table thing add column m int");

    @TempDir private static Path home;
    private static DataFolder folder;
    private static EmbeddedPostgreSql postgres;

    private final List<Database> opened = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private String url = "";
    private Duration timeout = Duration.ofSeconds(30);

    @BeforeAll
    static void start() {
        folder = DataFolder.claim(home).orElseThrow();
        postgres = EmbeddedPostgreSql.startForgetful(folder);
    }

    @AfterAll
    static void stop() {
        postgres.close();
        folder.close();
    }

    @BeforeEach
    void create() {
        String name = "migrations_" + System.nanoTime();
        try (var administration = Database.open(postgres.settings())) {
            administration.update(Sql.of("create database " + name));
        }
        url = postgres.settings().url().replaceFirst("/[^/]*$", "/" + name);
    }

    @AfterEach
    void close() {
        opened.forEach(Database::close);
    }

    private Migrations migrations(Program program, Map<String, String> app) {
        DatabaseSettings all = postgres.settings();
        Database database =
                Database.open(
                        new DatabaseSettings(
                                url,
                                all.user(),
                                all.password(),
                                4,
                                all.connectionTimeout(),
                                timeout),
                        program);
        opened.add(database);
        return new Migrations(
                database,
                program,
                told::add,
                MigrationSet.find("db/platform"),
                new MigrationSet("db/app", new TreeMap<>(app), String.valueOf(app.hashCode())));
    }

    private List<String> query(String text) {
        return opened.getLast().query(Sql.of(text), row -> row.getString(1));
    }

    private List<String> columns(String schema) {
        return query(
                "select column_name from information_schema.columns where table_name = 'thing'"
                        + " and table_schema = '"
                        + schema
                        + "' order by 1");
    }

    private List<App> apps(int count) {
        List<App> apps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            apps.add(new App("a" + i, "app_a" + i));
        }
        return apps;
    }

    @Test
    void leavesWhatANewerProgramHasMigrated() {
        Migrations old = migrations(OLD, FIRST);
        old.migratePlatform();
        old.migrateApp("app_shop");
        Migrations next = migrations(NEXT, SECOND);
        next.migratePlatform();
        next.migrateApp("app_shop");
        String history = "select count(*) from app_shop._migrations";
        List<String> ran = query(history);

        old.migrateApp("app_shop");
        Migrations restarted = migrations(OLD, FIRST);
        restarted.migratePlatform();
        restarted.migrateApp("app_shop");
        next.migrateApp("app_shop");
        assertThat(columns("app_shop")).containsExactly("m", "n");
        assertThat(query(history)).isEqualTo(ran);
        assertThat(
                        query(
                                "select version from rialto.migration_state where schema_name like 'app%'"))
                .containsExactly("0.2.0");
        assertThat(query("select newest from rialto.program_version")).containsExactly("0.2.0");

        old.migrateApp("app_made_by_old");
        assertThat(columns("app_made_by_old")).containsExactly("n");
        next.migrateApp("app_made_by_old");
        assertThat(columns("app_made_by_old")).containsExactly("m", "n");
    }

    @Test
    void refusesProgramsThatAreTooFarApart() {
        Migrations old = migrations(OLD, FIRST);
        old.migratePlatform();
        assertThatThrownBy(migrations(FAR, SECOND)::migratePlatform)
                .isInstanceOf(SetupException.class)
                .hasMessageContaining("0.3.0, which may not run beside 0.1.0 (at 127.0.0.1)")
                .hasMessageContaining("upgrade all nodes to 0.2.0 before");
        assertThat(query("select newest from rialto.program_version")).containsExactly("0.1.0");

        opened.getFirst().close();
        migrations(FAR, SECOND).migratePlatform();
        assertThatThrownBy(migrations(OLD, FIRST)::migratePlatform)
                .isInstanceOf(SetupException.class)
                .hasMessageContaining("upgraded by Rialto 0.3.0, beside which only 0.2.0 and newer")
                .hasMessageContaining("this is 0.1.0");
        migrations(NEXT, SECOND).migratePlatform();
        assertThat(query("select newest from rialto.program_version")).containsExactly("0.3.0");
    }

    @Test
    void tellsWhatItDoesAndWhatFailed() {
        Migrations old = migrations(OLD, FIRST);
        old.migratePlatform();
        List<App> apps = apps(3);
        apps.forEach(each -> old.migrateApp(each.schema()));
        assertThat(told).as("a new database").isEmpty();
        // What is in one app's table stops a migration there.
        opened.getFirst().update(Sql.of("insert into app_a1.thing values (1), (1)"));
        Map<String, String> unique = new TreeMap<>(SECOND);
        unique.put("V10_2__unique.sql", "create unique index on thing (n)");

        Migrations next = migrations(NEXT, unique);
        next.migratePlatform();
        assertThatThrownBy(() -> next.migrateApps(apps))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining("the migration V10_2__unique of the schema app_a1 failed")
                .hasMessageContaining("could not create unique index")
                .hasMessageContaining("rolled back and nothing is lost")
                .hasMessageContaining("start Rialto 0.1.0 again")
                .hasMessageContaining("Upgraded so far: 1 of 3 apps");
        assertThat(told.getFirst())
                .startsWith("upgrading the data from 0.1.0 to 0.2.0: app 1 of 3, V");

        opened.getFirst().update(Sql.of("delete from app_a1.thing"));
        next.migrateApps(apps);
        assertThat(told.getLast()).startsWith("upgraded the data of 2 apps in ");
        apps.forEach(each -> assertThat(columns(each.schema())).containsExactly("m", "n"));
        int before = told.size();
        next.dropApp("app_a2");
        next.migrateApps(apps);
        assertThat(columns("app_a2")).as("a deleted app").isEmpty();
        assertThat(told).hasSize(before);
    }

    @Test
    void waitsForAMigrationThatTakesLongerThanAStatementMay() {
        timeout = Duration.ofMillis(200);
        Map<String, String> slow = Map.of("V10_1__slow.sql", "select pg_sleep(0.5)");
        Migrations one = migrations(OLD, slow);
        Migrations two = migrations(OLD, slow);
        one.migratePlatform();
        var first = CompletableFuture.runAsync(() -> one.migrateApp("app_slow"));
        two.migrateApp("app_slow");
        first.join();
        assertThat(query("select count(*) from app_slow._migrations where success"))
                .containsExactly("2");
    }
}
