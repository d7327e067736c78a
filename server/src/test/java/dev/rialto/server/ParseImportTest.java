package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Settings;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import dev.rialto.store.DatabaseSettings;
import dev.rialto.store.Sql;
import dev.rialto.testing.TestDatabase;
import dev.rialto.transfer.OnConflict;
import dev.rialto.transfer.ParseImportRequest;
import dev.rialto.transfer.ParsePlace;
import dev.rialto.transfer.ParseReport;
import dev.rialto.transfer.TransferProgress;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// An app that moves here from a Parse Server, beside a server that runs: what its clients know of
/// it works as before. Both sources have the same app, as a real Parse Server stored it.
class ParseImportTest {
    private static final TestDatabase OLD = TestDatabase.create();
    private static final TestServer SERVER = server();
    private static final String ADA = "UrI7gAkkYd";
    private static final String BEN = "5BdnogC06l";
    private static final String CHESS = "qCqj8FBmSj";
    private static final String INNER_ROLE = "skVApt7erN";
    private static final String ADAS_TOKEN = "r:3850c2463d7d30bdf42d2026fdd6dfc2";
    private static final String BENS_TOKEN = "r:3d68f288ce7374704a081a382e25c851";

    @TempDir private static Path folder;

    /// An app that was imported, and from where.
    enum Moved {
        MONGODB(TestServer.APP, TestServer.MASTER_KEY),
        POSTGRESQL(TestServer.OTHER_APP, "second-master-key");

        private final String app;
        private final String masterKey;

        Moved(String app, String masterKey) {
            this.app = app;
            this.masterKey = masterKey;
        }

        Sender client() {
            return new Sender(Map.of("X-Parse-Application-Id", app));
        }

        Sender master() {
            return Sender.of(app, masterKey);
        }

        ParsePlace place() {
            DatabaseSettings old = OLD.settings();
            return switch (this) {
                case MONGODB -> new ParsePlace.Folder(resource("mongo"));
                case POSTGRESQL -> new ParsePlace.Postgres(old.url(), old.user(), old.password());
            };
        }
    }

    private static TestServer server() {
        try {
            return new TestServer();
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private static Path resource(String name) {
        try {
            return Path.of(
                    Objects.requireNonNull(
                                    ParseImportTest.class.getResource("/parse-server/" + name))
                            .toURI());
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @BeforeAll
    static void importBoth() throws IOException {
        OLD.database().update(Sql.of(Files.readString(resource("postgresql.sql"))));
        Path files = Files.createDirectory(folder.resolve("files"));
        Files.writeString(files.resolve("abc_photo.png"), "a photo");
        for (Moved each : Moved.values()) {
            ParseReport report = run(each, OnConflict.SKIP, false);
            assertThat(report.rejected()).isZero();
            assertThat(report.parts())
                    .allSatisfy(part ->
                            assertThat(part.report().written()).isEqualTo(part.report().read()));
            try (Transfers transfers = Transfers.open(settings())) {
                transfers.importFiles(transfers.app(each.app), files);
            }
        }
    }

    @AfterAll
    static void close() {
        SERVER.close();
        OLD.close();
    }

    private static ServerSettings settings() throws IOException {
        var in = new Settings(SERVER.settingsOfAnotherNode(), Map.of(), Map.of());
        return ServerSettings.read(in);
    }

    private static ParseReport run(Moved from, OnConflict onConflict, boolean again)
            throws IOException {
        try (Transfers transfers = Transfers.open(settings())) {
            App app = transfers.app(from.app);
            return transfers
                    .parseImport()
                    .run(
                            new ParseImportRequest(
                                    app, from.place(), onConflict, folder.resolve("no"), again),
                            TransferProgress.SILENT,
                            _ -> {});
        }
    }

    private static Reply logIn(Sender client, String username, String password) {
        return SERVER.post(
                client,
                "/login",
                "{\"username\": \"%s\", \"password\": \"%s\"}".formatted(username, password));
    }

    private static String hash(Moved app, String userId) {
        return SERVER.database()
                .queryFirst(
                        Sql.of("SELECT _hashed_password FROM ")
                                .addName("app_" + app.app)
                                .add(".\"_User\" WHERE \"objectId\" = ?", userId),
                        row -> row.getString(1))
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void usersLogInWithTheirOldPasswordsAndGetNewHashes(Moved app) {
        assertThat(hash(app, ADA)).startsWith("$2y$10$");
        assertThat(logIn(app.client(), "ada", "wrong").code()).isEqualTo(101);
        assertThat(hash(app, ADA)).startsWith("$2y$10$");

        Reply ada = logIn(app.client(), "ada", "ada-pässword");

        assertThat(ada.text("objectId")).isEqualTo(ADA);
        assertThat(ada.text("createdAt")).isEqualTo("2026-11-28T23:38:44.219Z");
        assertThat(hash(app, ADA)).startsWith("$argon2id$");
        assertThat(logIn(app.client(), "ada", "ada-pässword").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource
    void sessionsGoOn(Moved app) {
        Reply me = SERVER.get(app.client().session(BENS_TOKEN), "/users/me");

        assertThat(me.text("objectId")).isEqualTo(BEN);
        assertThat(SERVER.get(app.client().session(ADAS_TOKEN), "/users/me").body().path("age"))
                .hasToString("36");
    }

    @ParameterizedTest
    @EnumSource
    void identitiesLogIn(Moved app) {
        Reply user =
                SERVER.post(
                        app.client(),
                        "/users",
                        """
                        {"authData":{"anonymous":{"id":"9e0f6c1a-0000-4000-8000-00000000000a"}}}
                        """);

        assertThat(user.status()).isEqualTo(200);
        assertThat(user.text("objectId")).isEqualTo("a6DWhOG4Ym");
    }

    @ParameterizedTest
    @EnumSource
    void objectsAreFoundWithAllTheirValues(Moved app) {
        JsonNode chess =
                SERVER.find(app.master(), "Game", "{\"title\": \"Chess ♟\"}")
                        .body()
                        .path("results")
                        .path(0);

        assertThat(chess.path("objectId").asString("")).isEqualTo(CHESS);
        assertThat(chess.path("createdAt").asString("")).isEqualTo("2026-11-28T23:38:44.560Z");
        assertThat(chess.path("rank").doubleValue()).isEqualTo(2.5);
        assertThat(chess.path("open").booleanValue()).isTrue();
        assertThat(chess.path("starts").path("iso").asString(""))
                .isEqualTo("2024-02-29T12:34:56.789Z");
        assertThat(chess.path("place"))
                .hasToString("{\"__type\":\"GeoPoint\",\"latitude\":48.1,\"longitude\":11.5}");
        assertThat(chess.path("area").path("coordinates"))
                .hasToString("[[0,0],[0,10],[5,10],[5,0],[0,0]]");
        assertThat(chess.path("raw").path("base64").asString("")).isEqualTo("AAEC/w==");
        assertThat(chess.path("owner").path("objectId").asString("")).isEqualTo(ADA);
        assertThat(chess.path("tags").path(2).path("className").asString("")).isEqualTo("_User");
        assertThat(chess.path("extra").path("when").path("iso").asString(""))
                .isEqualTo("2020-01-01T00:00:00.000Z");
        assertThat(chess.path("extra").path("a").path(1).path("b").isNull()).isTrue();
        assertThat(chess.path("ACL"))
                .hasToString(
                        "{\"*\":{\"read\":true},\"%s\":{\"read\":true,\"write\":true}}"
                                .formatted(ADA));
        assertThat(chess.path("photo").path("url").asString("")).endsWith("/abc_photo.png");
    }

    @ParameterizedTest
    @EnumSource
    void filesKeepTheirNames(Moved app) {
        Reply photo = SERVER.get(app.client(), "/files/" + app.app + "/metadata/abc_photo.png");

        assertThat(photo.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource
    void permissionsOfClassesAreKept(Moved app) {
        Sender client = app.client();
        Reply found = SERVER.find(client, "Game", "{\"objectId\": \"" + CHESS + "\"}");

        assertThat(found.body().path("results").path(0).has("title")).isTrue();
        assertThat(found.body().path("results").path(0).has("secret")).isFalse();
        assertThat(SERVER.get(client, "/classes/Game?count=1&limit=0").code()).isEqualTo(119);
        assertThat(SERVER.post(client, "/classes/Game", "{\"title\": \"x\"}").status())
                .isGreaterThanOrEqualTo(400);
        assertThat(SERVER.get(client, "/users/" + ADA).status()).isEqualTo(404);
        assertThat(
                        SERVER.get(app.master(), "/schemas/_User")
                                .body()
                                .path("classLevelPermissions")
                                .path("protectedFields")
                                .path("*")
                                .toString())
                .contains("email");
    }

    @ParameterizedTest
    @EnumSource
    void rolesAndTheirMembersAreKept(Moved app) {
        String game = SERVER.create(app.master(), "Game", "{\"title\": \"for admins\"}");

        // Ben is in a role that the role of administrators contains.
        Reply byBen =
                SERVER.put(
                        app.client().session(BENS_TOKEN),
                        "/classes/Game/" + game,
                        "{\"title\": \"changed\"}");
        Reply byNobody =
                SERVER.put(app.client(), "/classes/Game/" + game, "{\"title\": \"again\"}");

        assertThat(byBen.status()).isEqualTo(200);
        assertThat(byNobody.status()).isGreaterThanOrEqualTo(400);
        assertThat(SERVER.get(app.master(), "/classes/Game/" + game).body().path("rank"))
                .hasToString("1");
        assertThat(SERVER.post(app.master(), "/classes/Game", "{}").code()).isEqualTo(142);
    }

    @ParameterizedTest
    @EnumSource
    void relationsAreKept(Moved app) {
        Reply fans =
                SERVER.find(
                        app.master(),
                        "_User",
                        """
                        {"$relatedTo": {"object": {"__type": "Pointer", "className": "Game",
                            "objectId": "%s"}, "key": "fans"}}
                        """
                                .formatted(CHESS));

        assertThat(fans.body().path("results"))
                .extracting(user -> user.path("objectId").asString(""))
                .containsExactlyInAnyOrder(ADA, BEN);
    }

    @ParameterizedTest
    @EnumSource
    void configHooksAndInstallationsAreKept(Moved app) {
        assertThat(SERVER.get(app.client(), "/config").body().path("params"))
                .hasToString("{\"motd\":\"hi\",\"o\":{\"a\":1}}");
        assertThat(SERVER.get(app.master(), "/config").body().path("params").path("limit"))
                .hasToString("3");
        assertThat(SERVER.get(app.master(), "/hooks/functions").body().toString())
                .contains("https://hooks.example.com/sum");
        assertThat(SERVER.get(app.master(), "/hooks/triggers").body().toString())
                .contains("beforeSave", "https://hooks.example.com/game");
        assertThat(
                        SERVER.get(app.master(), "/installations")
                                .body()
                                .path("results")
                                .path(0)
                                .path("deviceToken")
                                .asString(""))
                .isEqualTo("tok");
    }

    /// What was changed or removed here since stays so.
    @ParameterizedTest
    @EnumSource
    void importingAgainChangesNothing(Moved app) throws IOException {
        SERVER.put(
                app.master(),
                "/roles/" + INNER_ROLE,
                """
                {"users": {"__op": "RemoveRelation", "objects": [{"__type": "Pointer",
                    "className": "_User", "objectId": "a6DWhOG4Ym"}]}}
                """);
        SERVER.put(app.master(), "/classes/Game/OOlbEmehM2", "{\"secret\": \"new\"}");
        String token = logIn(app.client(), "ben", "ben-password").text("sessionToken");
        SERVER.post(app.client().session(token), "/logout", "{}");
        long before = rows(app);

        ParseReport report = run(app, OnConflict.SKIP, false);

        assertThat(report.parts())
                .hasSizeGreaterThan(8)
                .allSatisfy(part -> assertThat(part.report().alreadyDone()).isTrue());
        assertThat(rows(app)).isEqualTo(before);
        assertThat(SERVER.get(app.master(), "/classes/Game/OOlbEmehM2").text("secret"))
                .isEqualTo("new");
        assertThat(hash(app, BEN)).startsWith("$argon2id$");
    }

    private static long rows(Moved app) {
        return Stream.of("_User", "_Session", "Game", "_Join:users:_Role", "_config_parameter")
                .mapToLong(table ->
                        SERVER.database()
                                .queryFirst(
                                        Sql.of("SELECT count(*) FROM ")
                                                .addName("app_" + app.app)
                                                .add(".")
                                                .addName(table),
                                        row -> row.getLong(1))
                                .orElseThrow())
                .sum();
    }

    @Test
    void placesAreFoldersOrAddressesOfPostgreSql() {
        assertThat(Transfers.parsePlace("a/b", Optional.empty()))
                .isEqualTo(new ParsePlace.Folder(Path.of("a/b")));
        assertThat(
                        Transfers.parsePlace(
                                "postgresql://ann@host/db?sslmode=require", Optional.of("secret")))
                .isEqualTo(
                        new ParsePlace.Postgres(
                                "jdbc:postgresql://host/db?sslmode=require",
                                Optional.of("ann"),
                                Optional.of("secret")));
    }
}
