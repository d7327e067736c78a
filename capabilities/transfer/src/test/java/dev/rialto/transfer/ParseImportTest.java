package dev.rialto.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.App;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.DatabaseSettings;
import dev.rialto.store.Sql;
import dev.rialto.testing.TestDatabase;
import dev.rialto.transfer.ParseReport.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// What an import from a Parse Server makes of databases that are not as they should be.
class ParseImportTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final TestDatabase OLD = TestDatabase.create();
    private static int apps;

    private final TransferFixture transfer = new TransferFixture(POSTGRES);
    private App app = POSTGRES.app();

    @TempDir private Path folder;

    @AfterAll
    static void close() {
        POSTGRES.close();
        OLD.close();
    }

    @BeforeEach
    void makeApp() {
        app = POSTGRES.app("moved_" + ++apps);
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(folder.resolve(name), content);
    }

    private ParseReport run() throws IOException {
        return transfer.runParse(app, folder, OnConflict.SKIP);
    }

    private static Part part(ParseReport report, String name) {
        return report.parts().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void reportsEachRowThatCanNotBeReadWithItsLineAndImportsTheOthers() throws IOException {
        write(
                "_SCHEMA.json",
                """
                {"_id":"Game","title":"string","owner":"*_User","at":"date","place":"geopoint","area":"polygon","score":"number","photo":"file"}
                """);
        write(
                "Game.json",
                """
                {"_id":"good","title":"a","_p_owner":"_User$u1","score":{"$numberInt":"3"},"photo":"p.png"}
                {"_id":"cut off
                {"_id":"other class","_p_owner":"Team$t1"}
                {"_id":"no id","_p_owner":"u1"}
                {"_id":"unknown type","at":{"$timestamp":{"t":1,"i":1}}}
                {"_id":"no time","at":{"$date":"soon"}}
                {"_id":"nowhere","place":["x",2]}
                {"_id":"off the globe","place":[0,91]}
                {"_id":"two corners","area":{"type":"Polygon","coordinates":[[[0,0],[1,1]]]}}
                {"_id":"other type","score":"many"}
                {"_id":"bad name","a-b":1}
                [1]
                {"_id":{"$oid":"65a000000000000000000001"},"title":null,"_p_gone":"X$1","_tombstone":1,"late":{"$numberLong":"7"}}
                """);

        ParseReport report = run();

        ImportReport game = part(report, "Game").report();
        assertThat(game.read()).isEqualTo(13);
        assertThat(game.written()).isEqualTo(2);
        assertThat(game.rejected()).isEqualTo(11);
        assertThat(report.rejected()).isEqualTo(11);
        List<JsonNode> rejected =
                TransferFixture.lines(folder.resolve("no").resolve("Game.rejected.jsonl"));
        assertThat(rejected)
                .extracting(each -> each.path("line").asInt())
                .containsExactly(2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        assertThat(rejected)
                .extracting(each -> each.path("reason").asString(""))
                .allSatisfy(reason -> assertThat(reason).isNotBlank())
                .anySatisfy(reason ->
                        assertThat(reason)
                                .isEqualTo(
                                        "the pointer owner must look like _User$objectId, not"
                                                + " \"Team$t1\""))
                .anySatisfy(reason -> assertThat(reason).contains("$timestamp has no counterpart"));
        assertThat(report.leftOut()).contains("Game.gone: _SCHEMA has no such pointer");
        assertThat(transfer.export(app, "Game"))
                .contains("\"photo\":{\"__type\":\"File\",\"name\":\"p.png\"}")
                .contains("\"late\":7")
                .contains("\"title\":null");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "{\"_id\":\"A\",\"x\":\"money\"}       # the field x of the class A has the type \"money\"",
                "{\"_id\":\"A\",\"x\":{\"a\":1}}         # the field x of the class A has the type",
                "{\"_id\":\"A\",\"x\":\"relation<\"}   # the field x of the class A has the type",
                "{\"_id\":\"A\",\"x\":\"*\"}           # the field x of the class A is not valid",
                "{\"_id\":\"A\",\"bad-name\":\"string\"} # the field bad-name of the class A is not valid",
                "{\"_id\":\"a b\",\"x\":\"string\"}    # a class whose name is not valid: \"a b\"",
                "{\"_id\":\"A\",\"x\":\"geopoint\",\"y\":\"geopoint\"} # there can only be one geopoint field",
                "{\"_id\":\"A\",\"_metadata\":{\"class_permissions\":{\"fly\":{\"*\":true}}}} # the permissions of the class A: fly is not",
                "{\"_id\":\"A\",\"x\":\"number\",\"_metadata\":{\"fields_options\":{\"x\":{\"defaultValue\":\"y\"}}}} # the default value of A.x is not a valid Number",
                "{\"_id\":\"A\"                      # _SCHEMA.json: line 1: no JSON"
            })
    void aClassThatIsNotValidStopsTheImportBeforeAnythingIsWritten(String schema, String message)
            throws IOException {
        write("_SCHEMA.json", schema + "\n");
        write("A.json", "{\"_id\":\"a1\"}\n");

        assertThatThrownBy(this::run)
                .isInstanceOf(RialtoException.class)
                .hasMessageContaining(message);

        assertThat(transfer.classExists(app, "A")).isFalse();
    }

    @Test
    void brokenArraysAreReportedWithFileAndLine() throws IOException {
        write("_SCHEMA.json", "[{\"_id\":\"A\",\"n\":\"number\"}]");
        write("A.json", "[{\"_id\":\"a1\",\"n\":1},\n{\"_id\":\"a2\",\"n\":2},\n{\"_id\":");

        assertThatThrownBy(this::run)
                .isInstanceOf(RialtoException.class)
                .hasMessageContaining(folder.resolve("A.json") + ": malformed JSON on line 3");
    }

    @Test
    void aFolderWithoutClassesIsNotAnExport() throws IOException {
        write("Game.json", "{}\n");

        assertThatThrownBy(this::run)
                .isInstanceOf(RialtoException.class)
                .hasMessageContaining("there is no file _SCHEMA.json in " + folder);
        assertThatThrownBy(() -> transfer.runParse(app, folder.resolve("x"), OnConflict.SKIP))
                .isInstanceOf(RialtoException.class)
                .hasMessageContaining("there is no folder");
    }

    @Test
    void rightsThatAreNotGivenAndFieldsThatAreGoneMeanNothing() throws IOException {
        write(
                "_SCHEMA.json",
                """
                {"_id":"A","owner":"*_User","_metadata":{"class_permissions":{"find":{"*":false,"requiresAuthentication":true},"get":{"pointerFields":["gone","owner"]},"readUserFields":["gone"],"protectedFields":{"*":["gone","owner"]}}}}
                """);

        run();

        assertThat(transfer.permissions(app, "A"))
                .contains("\"find\":{\"requiresAuthentication\":true}")
                .contains("\"get\":{\"pointerFields\":[\"owner\"]}")
                .contains("\"create\":{}")
                .contains("\"readUserFields\":[]")
                .contains("\"protectedFields\":{\"*\":[\"owner\"]}");
    }

    @Test
    void anAclWithOneListOnlyGivesNobodyTheOtherRight() throws IOException {
        write("_SCHEMA.json", "{\"_id\":\"A\"}\n");
        write(
                "A.json",
                """
                {"_id":"open"}
                {"_id":"reads","_rperm":["*"]}
                {"_id":"closed","_rperm":[],"_wperm":[],"_acl":{"*":{"r":true}}}
                """);

        run();

        assertThat(transfer.export(app, "A").lines())
                .anySatisfy(line -> assertThat(line).contains("\"open\"").doesNotContain("ACL"))
                .anySatisfy(line ->
                        assertThat(line)
                                .contains("\"reads\"")
                                .contains("\"ACL\":{\"*\":{\"read\":true}}"))
                .anySatisfy(line -> assertThat(line).contains("\"closed\"").contains("\"ACL\":{}"));
    }

    @Test
    void overwritingKeepsMembersOfRelationsWhoseFileIsTheSame() throws IOException {
        write("_SCHEMA.json", "{\"_id\":\"A\",\"n\":\"number\",\"fans\":\"relation<_User>\"}\n");
        write("_Join:fans:A.json", "{\"_id\":\"j\",\"owningId\":\"a1\",\"relatedId\":\"u1\"}\n");
        write("A.json", "{\"_id\":\"a1\",\"n\":1}\n");
        run();
        write("A.json", "{\"_id\":\"a1\",\"n\":2}\n");

        transfer.runParse(app, folder, OnConflict.OVERWRITE);

        assertThat(transfer.export(app, "A")).contains("\"n\":2").contains("\"u1\"");
    }

    @Test
    void whatIsNotAnObjectIsLeftOutWithTheReason() throws IOException {
        write(
                "_SCHEMA.json",
                """
                {"_id":"A","product":"*_Product"}
                {"_id":"_Product","title":"string"}
                """);
        write("A.json", "{\"_id\":\"a1\",\"_p_product\":\"_Product$p1\"}\n");
        write("_Product.json", "{\"_id\":\"p1\"}\n");
        write("fs.files.json", "{}\n");
        write("_GlobalConfig.json", "{\"_id\":1,\"params\":{\"a\":1}}\n");
        write("_Hooks.json", "{\"_id\":1,\"functionName\":\"f\"}\n");

        ParseReport report = run();

        assertThat(report.leftOut())
                .containsExactlyInAnyOrder(
                        "A.product: there is no class _Product",
                        "A.product: _SCHEMA has no such pointer",
                        "_Product: it is not a class of this app",
                        "_GlobalConfig.a: no parameters here",
                        "_Hooks.f: no hooks here",
                        "fs.files: files are copied from a folder (--files)");
    }

    @Test
    void rowsOfPostgreSqlThatCanNotBeReadAreReported() throws IOException {
        OLD.database()
                .update(
                        Sql.of(
                                """
                                CREATE TABLE "_SCHEMA" ("className" varchar(120) PRIMARY KEY,
                                    schema jsonb, "isParseClass" bool);
                                INSERT INTO "_SCHEMA" VALUES ('A', '{"fields": {"at": {"type":
                                    "Date"}, "n": {"type": "Number"}, "place": {"type": "GeoPoint"},
                                    "_rperm": {"type": "Array"}}}', true);
                                CREATE TABLE "A" ("objectId" text, "createdAt" timestamptz,
                                    "updatedAt" timestamptz, at timestamptz, n double precision,
                                    place point, extra text, _rperm text[], _wperm text[]);
                                INSERT INTO "A" VALUES
                                    ('good', now(), now(), now(), 1e300, '(1,2)', 'x', '{*}', '{}'),
                                    ('never', now(), now(), 'infinity', 1, null, null, null, null),
                                    ('nowhere', now(), now(), null, 1, '(1,NaN)', null, null, null),
                                    ('no number', now(), now(), null, 'NaN', null, null, null, null);
                                """));
        DatabaseSettings old = OLD.settings();
        var place = new ParsePlace.Postgres(old.url(), old.user(), old.password());

        ParseReport report = transfer.runParse(app, place, folder.resolve("no"), OnConflict.SKIP);

        assertThat(part(report, "A").report().written()).isEqualTo(2);
        assertThat(TransferFixture.lines(folder.resolve("no").resolve("A.rejected.jsonl")))
                .extracting(each -> each.path("line").asInt())
                .containsExactly(2, 3);
        assertThat(report.leftOut()).contains("A.extra: _SCHEMA has no such field");
        assertThat(transfer.export(app, "A"))
                .contains("\"n\":1.0E300")
                .contains("\"ACL\":{\"*\":{\"read\":true}}")
                .contains("\"n\":null");
    }

    @Test
    void aPostgreSqlOfSomethingElseIsRefusedWithoutItsPassword() {
        DatabaseSettings here = POSTGRES.settings();
        var other = new ParsePlace.Postgres(here.url(), here.user(), here.password());
        var away =
                new ParsePlace.Postgres(
                        "jdbc:postgresql://127.0.0.1:1/none",
                        Optional.of("ann"),
                        Optional.of("hunter2"));

        assertThatThrownBy(() -> transfer.runParse(app, other, folder, OnConflict.SKIP))
                .isInstanceOf(RialtoException.class)
                .hasMessageContaining("has no table \"_SCHEMA\"");
        assertThatThrownBy(() -> transfer.runParse(app, away, folder, OnConflict.SKIP))
                .isInstanceOf(RialtoException.class)
                .hasMessageContaining("can't connect")
                .hasMessageNotContaining("hunter2");
        assertThat(away.toString()).doesNotContain("hunter2");
    }

    @Test
    void secretsOfUsersAreNotInTheReport() throws IOException {
        write("_SCHEMA.json", "{\"_id\":\"_User\",\"age\":\"number\"}\n");
        write(
                "_User.json",
                """
                {"_id":"u1","age":"old","_hashed_password":"$2b$10$hash","_auth_data_x":{"id":"token"}}
                {"_id":"u2","_hashed_password":"$2b$10$hash"
                """);

        run();

        assertThat(folder.resolve("no").resolve("_User.rejected.jsonl"))
                .content()
                .contains("\"line\":1")
                .contains("\"line\":2")
                .doesNotContain("$2b$10$hash")
                .doesNotContain("token");
    }
}
