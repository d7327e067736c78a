package dev.rialto.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.App;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InvalidationsTest {
    @TempDir private static Path home;
    private static @Nullable DataFolder folder;
    private static @Nullable EmbeddedPostgreSql postgres;

    @BeforeAll
    static void start() {
        folder = DataFolder.claim(home).orElseThrow();
        postgres = EmbeddedPostgreSql.startForgetful(folder);
    }

    @AfterAll
    static void stop() {
        if (postgres != null) {
            postgres.close();
        }
        if (folder != null) {
            folder.close();
        }
    }

    @Test
    void reachesEveryNode() throws Exception {
        try (var one = new Node();
                var two = new Node()) {
            one.invalidations.publish(
                    new App("shop", "app_shop"), new Invalidations.Kind("schema"), "City \"ü\"\n");

            assertThat(two.next()).isEqualTo("shop City \"ü\"\n");
            assertThat(one.next()).isEqualTo("shop City \"ü\"\n");
        }
    }

    @Test
    void keepsKindsApart() throws Exception {
        try (var node = new Node()) {
            node.invalidations.publish(
                    new App("shop", "app_shop"), new Invalidations.Kind("roles"), "Admins");
            node.invalidations.publish(
                    new App("shop", "app_shop"), new Invalidations.Kind("schema"), "City");

            assertThat(node.next()).isEqualTo("shop City");
        }
    }

    @Test
    void comesWithTheCommitAndNeverAfterARollback() throws Exception {
        try (var node = new Node()) {
            assertThatThrownBy(() ->
                            node.database.inTransaction(() -> {
                                node.invalidations.publish(
                                        new App("a", "app_a"),
                                        new Invalidations.Kind("schema"),
                                        "lost");
                                throw new IllegalStateException("no");
                            }))
                    .isInstanceOf(IllegalStateException.class);
            node.database.inTransaction(() -> {
                node.invalidations.publish(
                        new App("a", "app_a"), new Invalidations.Kind("schema"), "kept");
                assertThat(node.heard).isEmpty();
                return true;
            });

            assertThat(node.next()).isEqualTo("a kept");
        }
    }

    @Test
    void saysThatAllMayBeStaleAfterTheConnectionBroke() throws Exception {
        try (var node = new Node()) {
            node.database.query(
                    Sql.of(
                            "select pg_terminate_backend(pid) from pg_stat_activity where"
                                    + " application_name = 'rialto invalidations'"),
                    row -> row.getBoolean(1));

            assertThat(node.next()).isEqualTo("everything");
            node.invalidations.publish(
                    new App("a", "app_a"), new Invalidations.Kind("schema"), "again");
            assertThat(node.next()).isEqualTo("a again");
        }
    }

    @Test
    void dropsTheWholeKindForAKeyTooLongToSend() throws Exception {
        try (var node = new Node()) {
            node.invalidations.publish(
                    new App("a", "app_a"), new Invalidations.Kind("schema"), "x".repeat(9000));

            assertThat(node.next()).isEqualTo("a ");
        }
    }

    private static final class Node implements AutoCloseable, Invalidations.Listener {
        private final Database database;
        private final Invalidations invalidations;
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

        Node() {
            if (postgres == null) {
                throw new IllegalStateException("no PostgreSQL");
            }
            database = Database.open(postgres.settings());
            invalidations = Invalidations.start(database, postgres.settings());
            invalidations.subscribe(new Invalidations.Kind("schema"), this);
        }

        String next() throws InterruptedException {
            return String.valueOf(heard.poll(10, TimeUnit.SECONDS));
        }

        @Override
        public void changed(App app, String key) {
            heard.add(app.id() + " " + key);
        }

        @Override
        public void everythingChanged() {
            heard.add("everything");
        }

        @Override
        public void close() {
            invalidations.close();
            database.close();
        }
    }
}
