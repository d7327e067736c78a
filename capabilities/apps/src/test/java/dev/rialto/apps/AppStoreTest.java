package dev.rialto.apps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.http.AppKeys;
import dev.rialto.http.ClientKeyKind;
import dev.rialto.kernel.App;
import dev.rialto.kernel.SecretBox;
import dev.rialto.kernel.SetupException;
import dev.rialto.store.Database;
import dev.rialto.store.Migrations;
import dev.rialto.store.Sql;
import dev.rialto.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AppStoreTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();

    private final Database database = POSTGRES.database();
    private final Migrations migrations = new Migrations(database);
    private final List<String> changed = new ArrayList<>();
    private final AppStore store = store(1);
    private final AppRegistry registry = new AppRegistry(store, migrations);

    /// A store that seals with a key of its own.
    private AppStore store(int key) {
        byte[] bytes = new byte[SecretBox.KEY_BYTES];
        bytes[0] = (byte) key;
        return new AppStore(
                database, migrations, app -> changed.add(app.id()), new SecretBox(List.of(bytes)));
    }

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    @Test
    void makesAnAppWithItsSchemaAndAMasterKey() {
        List<NewKey> keys = store.create("shop", List.of(), Set.of(AppKeyKind.REST));

        assertThat(keys)
                .extracting(NewKey::kind)
                .containsExactly(AppKeyKind.MASTER, AppKeyKind.REST);
        assertThat(keys).allSatisfy(key -> assertThat(key.value()).hasSize(40));
        assertThat(store.list()).contains(new App("shop", "app_shop"));
        assertThat(tables("app_shop")).contains("_migrations");
        assertThat(changed).containsExactly("shop");
    }

    @Test
    void keepsNoKeyInPlainText() {
        store.create("secretive", List.of(new NewKey(AppKeyKind.MASTER, "plain-text")), Set.of());

        assertThat(
                        database.query(
                                Sql.of("select k::text from rialto.app_key k"),
                                row -> row.getString(1)))
                .noneMatch(row -> row.contains("plain-text"));
        assertThat(new NewKey(AppKeyKind.MASTER, "plain-text").toString())
                .doesNotContain("plain-text");
    }

    @Test
    void keepsTheNewestWebhookKeyReadableForItselfAlone() {
        store.create("calling", List.of(new NewKey(AppKeyKind.WEBHOOK, "old-hook-key")), Set.of());
        assertThat(registry.webhookKey("calling")).contains("old-hook-key");
        store.addKey("calling", new NewKey(AppKeyKind.WEBHOOK, "new-hook-key"));
        registry.everythingChanged();
        assertThat(registry.webhookKey("calling")).contains("new-hook-key");
        assertThat(
                        database.query(
                                Sql.of(
                                        "select sealed from rialto.app_key where sealed is not"
                                                + " null"),
                                row -> new String(row.getBytes(1), StandardCharsets.ISO_8859_1)))
                .noneMatch(sealed -> sealed.contains("hook-key"));
        assertThat(registry.webhookKey("nobody")).isEmpty();

        AppStore other = store(2);
        var elsewhere = new AppRegistry(other, migrations);
        assertThat(elsewhere.webhookKey("calling")).isEmpty();
        assertThat(other.appsWithUnreadableKeys()).containsExactly("calling");
        assertThat(store.appsWithUnreadableKeys()).isEmpty();

        other.ensure("calling", List.of(new NewKey(AppKeyKind.WEBHOOK, "new-hook-key")));
        elsewhere.everythingChanged();
        assertThat(elsewhere.webhookKey("calling")).contains("new-hook-key");
        assertThat(other.appsWithUnreadableKeys()).isEmpty();
    }

    @Test
    void tellsKindsOfKeysApart() {
        store.create(
                "kinds",
                List.of(
                        new NewKey(AppKeyKind.MASTER, "m"),
                        new NewKey(AppKeyKind.READ_ONLY_MASTER, "r"),
                        new NewKey(AppKeyKind.MAINTENANCE, "t"),
                        new NewKey(AppKeyKind.JAVASCRIPT, "j")),
                Set.of());

        AppKeys keys = registry.find("kinds").orElseThrow();

        assertThat(keys.isMaster("m")).isTrue();
        assertThat(keys.isMaster("r")).isFalse();
        assertThat(keys.isMaster("")).isFalse();
        assertThat(keys.isReadOnlyMaster("r")).isTrue();
        assertThat(keys.isReadOnlyMaster("m")).isFalse();
        assertThat(keys.isMaintenance("t")).isTrue();
        assertThat(keys.isMaintenance("m")).isFalse();
        assertThat(keys.requiresClientKey()).isTrue();
        assertThat(keys.isClientKey(ClientKeyKind.JAVASCRIPT, "j")).isTrue();
        assertThat(keys.isClientKey(ClientKeyKind.REST, "j")).isFalse();
    }

    @Test
    void asksForNoClientKeyWhenTheAppHasNone() {
        store.create("open", List.of(), Set.of(AppKeyKind.WEBHOOK));

        assertThat(registry.find("open").orElseThrow().requiresClientKey()).isFalse();
    }

    @Test
    void forgetsAnAppOnlyWhenToldThatItChanged() {
        assertThat(registry.find("later")).isEmpty();
        store.create("later", List.of(), Set.of());
        assertThat(registry.find("later")).isEmpty();

        registry.changed(new App("later", "app_later"), "");

        assertThat(registry.find("later")).isPresent();
    }

    @Test
    void refusesHostileAndOverlongIdsWithoutAskingTheDatabase() {
        assertThat(registry.find("a\0b")).isEmpty();
        assertThat(registry.find("a".repeat(5000))).isEmpty();
        assertThat(registry.find("' or 1=1 --")).isEmpty();
    }

    @Test
    void givesEachIdASchemaOfItsOwn() {
        store.create("Same.Name", List.of(), Set.of());
        store.create("same_name", List.of(), Set.of());
        store.create("same-name", List.of(), Set.of());
        store.create("x".repeat(64), List.of(), Set.of());

        List<String> schemas = store.list().stream().map(App::schema).toList();
        assertThat(schemas).doesNotHaveDuplicates().contains("app_same_name");
        assertThat(schemas).allMatch(schema -> schema.matches("app_[a-z0-9_]{1,59}"));
    }

    @Test
    void refusesIdsThatCantStandInAnAddress() {
        for (String id : List.of("", " ", "a b", "../x", "a/b", "ü", "-x", "y".repeat(65))) {
            assertThatThrownBy(() -> store.create(id, List.of(), Set.of()))
                    .isInstanceOf(SetupException.class)
                    .hasMessageContaining("an app id must be");
        }
    }

    @Test
    void refusesTheIdAtWhoseAddressResumableUploadsAre() {
        assertThatThrownBy(() -> store.create("uploads", List.of(), Set.of()))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining("reserved");
    }

    @Test
    void refusesASecondAppOfTheSameId() {
        store.create("twice", List.of(), Set.of());

        assertThatThrownBy(() -> store.create("twice", List.of(), Set.of()))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining("already");
    }

    @Test
    void replacesKeysWithoutAGap() {
        var first = store.create("rotating", List.of(), Set.of()).getFirst();
        NewKey second = store.generate(AppKeyKind.MASTER);
        store.addKey("rotating", second);
        AppKeys both = fresh("rotating");
        assertThat(both.isMaster(first.value()) && both.isMaster(second.value())).isTrue();

        String old = store.keys("rotating").getFirst().label();
        assertThat(store.removeKeys("rotating", AppKeyKind.MASTER, old)).isEqualTo(1);

        assertThat(fresh("rotating").isMaster(first.value())).isFalse();
        assertThat(fresh("rotating").isMaster(second.value())).isTrue();
    }

    @Test
    void keepsTheLastMasterKey() {
        store.create("locked", List.of(), Set.of());

        assertThatThrownBy(() -> store.removeKeys("locked", AppKeyKind.MASTER, ""))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining("must keep a master key");
    }

    @Test
    void makesAnAppExistWithExactlyTheGivenKeys() {
        store.ensure("wanted", List.of(new NewKey(AppKeyKind.MASTER, "one")));
        store.ensure("wanted", List.of(new NewKey(AppKeyKind.MASTER, "one")));
        assertThat(store.keys("wanted")).hasSize(1);

        store.ensure("wanted", List.of(new NewKey(AppKeyKind.MASTER, "two")));

        assertThat(fresh("wanted").isMaster("one")).isFalse();
        assertThat(fresh("wanted").isMaster("two")).isTrue();
    }

    @Test
    void deletesAnAppWithItsSchemaAndNoOther() {
        store.create("doomed", List.of(), Set.of());
        store.create("spared", List.of(), Set.of());

        store.delete("doomed");

        assertThat(store.find("doomed")).isEmpty();
        assertThat(tables("app_doomed")).isEmpty();
        assertThat(tables("app_spared")).isNotEmpty();
        assertThat(changed).contains("doomed");
        store.create("doomed", List.of(), Set.of());
        assertThat(tables("app_doomed")).contains("_migrations");
    }

    @Test
    void bringsTablesUpToDateWhenTheNodeFirstMeetsAnApp() {
        store.create("old", List.of(), Set.of());
        database.update(Sql.of("drop schema app_old cascade"));
        database.update(Sql.of("delete from rialto.migration_state where schema_name='app_old'"));

        assertThat(registry.find("old")).isPresent();

        assertThat(tables("app_old")).contains("_migrations");
    }

    private AppKeys fresh(String id) {
        registry.changed(new App(id, "app_" + id), "");
        return registry.find(id).orElseThrow();
    }

    private List<String> tables(String schema) {
        return database.query(
                Sql.of("select tablename from pg_tables where schemaname = ?", schema),
                row -> row.getString(1));
    }
}
