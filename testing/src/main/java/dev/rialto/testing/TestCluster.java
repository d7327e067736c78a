package dev.rialto.testing;

import dev.rialto.kernel.Folders;
import dev.rialto.store.DataFolder;
import dev.rialto.store.Database;
import dev.rialto.store.DatabaseSettings;
import dev.rialto.store.EmbeddedPostgreSql;
import dev.rialto.store.Migrations;
import dev.rialto.store.Sql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// The embedded PostgreSQL of this JVM's tests: started by the first test that wants it, stopped
/// and deleted when the JVM ends.
final class TestCluster {
    private static final String TEMPLATE = "rialto_template";

    private static final class Shared {
        private static final TestCluster CLUSTER = start();
    }

    private final DatabaseSettings settings;
    private final Database administration;

    private TestCluster(DatabaseSettings settings) {
        this.settings = settings;
        this.administration = Database.open(small(settings, EmbeddedPostgreSql.NAME));
    }

    static TestCluster shared() {
        return Shared.CLUSTER;
    }

    private static TestCluster start() {
        Path folder = temporaryFolder();
        DataFolder data = DataFolder.claim(folder).orElseThrow();
        EmbeddedPostgreSql postgres = EmbeddedPostgreSql.startForgetful(data);
        var cluster = new TestCluster(postgres.settings());
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    cluster.administration.close();
                                    postgres.close();
                                    data.close();
                                    delete(folder);
                                },
                                "stop test PostgreSQL"));
        cluster.makeTemplate();
        return cluster;
    }

    private void makeTemplate() {
        administration.update(Sql.of("create database " + TEMPLATE));
        try (Database template = Database.open(small(settings, TEMPLATE))) {
            var migrations = new Migrations(template);
            migrations.migratePlatform();
            migrations.migrateApp("app_test");
        }
    }

    Database administration() {
        return administration;
    }

    DatabaseSettings settings(String database) {
        return settings.withUrl(url(settings, database));
    }

    private static DatabaseSettings small(DatabaseSettings settings, String database) {
        return new DatabaseSettings(
                url(settings, database),
                settings.user(),
                settings.password(),
                3,
                Duration.ofSeconds(30),
                Duration.ofSeconds(60));
    }

    private static String url(DatabaseSettings settings, String database) {
        return settings.url().replaceFirst("/[^/]*$", "/" + database);
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("rialto-test-");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void delete(Path folder) {
        try {
            Folders.delete(folder);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
