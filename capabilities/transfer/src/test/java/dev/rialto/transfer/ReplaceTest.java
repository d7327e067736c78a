package dev.rialto.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// What an import changes of objects that exist.
class ReplaceTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final String SECRET = "{\"u1\":{\"read\":true,\"write\":true}}";
    private static final String CREATED = "2020-01-01T00:00:00.000Z";

    private final App app = POSTGRES.app();
    private final TransferFixture transfer = new TransferFixture(POSTGRES);

    @TempDir private Path folder;

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    @BeforeEach
    void makeObjects() throws IOException {
        run(
                "base.jsonl",
                """
                {"objectId":"a","createdAt":"%s","name":"old","n":1,"gone":null,"ACL":%s}
                {"objectId":"b","createdAt":"%s","name":"other","n":2,"gone":"x","ACL":%s}
                {"objectId":"a","likes":{"__op":"AddRelation","objects":[{"__type":"Pointer","className":"Note","objectId":"b"}]}}
                """
                        .formatted(CREATED, SECRET, CREATED, SECRET),
                OnConflict.OVERWRITE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "x.csv   # objectId,name|a,new",
                "x.csv   # objectId,name,n,ACL,createdAt|a,new,,,",
                "x.csv   # objectId,name,ACL,createdAt|a,new,\\N,\\N",
                "x.csv   # objectId,name,ACL|a,new,\"\"",
                "x.jsonl # {\"objectId\":\"a\",\"name\":\"new\"}",
                "x.jsonl # {\"objectId\":\"a\",\"name\":\"new\",\"ACL\":null}",
                "x.json  #"
                        + " [{\"objectId\":\"a\",\"name\":\"middle\"},{\"objectId\":\"a\",\"name\":\"new\"}]"
            })
    void replaceChangesTheFieldsThatAreGivenOnly(String file, String text) throws IOException {
        run(file, text.replace('|', '\n'), OnConflict.REPLACE);

        JsonNode object = object("a");
        assertThat(object.path("name").asString("")).isEqualTo("new");
        assertThat(object.path("n").asInt()).isEqualTo(1);
        assertThat(object.has("gone")).isTrue();
        assertSystemFieldsStay(object);
        assertThat(transfer.export(app, "Note")).contains("AddRelation");
    }

    @Test
    void overwriteEmptiesOtherFieldsButNotTheAcl() throws IOException {
        run("x.csv", "objectId,name\na,new\n", OnConflict.OVERWRITE);

        JsonNode object = object("a");
        assertThat(object.path("name").asString("")).isEqualTo("new");
        assertThat(object.has("n")).isFalse();
        assertThat(object.has("gone")).isFalse();
        assertSystemFieldsStay(object);
        assertThat(transfer.export(app, "Note")).doesNotContain("AddRelation");
        assertThat(object("b").path("n").asInt()).isEqualTo(2);
    }

    @Test
    void rowsOfTheSameObjectAreAppliedInTurn() throws IOException {
        run(
                "x.jsonl",
                """
                {"objectId":"a","name":"one"}
                {"objectId":"a","n":7}
                {"objectId":"c","n":1}
                {"objectId":"c","name":"c"}
                """,
                OnConflict.REPLACE);

        assertThat(object("a").path("name").asString("")).isEqualTo("one");
        assertThat(object("a").path("n").asInt()).isEqualTo(7);
        assertThat(object("c").path("name").asString("")).isEqualTo("c");
        assertThat(object("c").path("n").asInt()).isEqualTo(1);
    }

    @Test
    void anAclAndTimesChangeWhenTheyAreGiven() throws IOException {
        run(
                "x.csv",
                """
                objectId,createdAt,updatedAt,ACL,gone
                a,2021-01-01T00:00:00Z,2022-01-01 00:00:00+00,"{""*"":{""read"":true}}",
                """,
                OnConflict.REPLACE);

        JsonNode object = object("a");
        assertThat(object.path("createdAt").asString("")).isEqualTo("2021-01-01T00:00:00.000Z");
        assertThat(object.path("updatedAt").asString("")).isEqualTo("2022-01-01T00:00:00.000Z");
        assertThat(Json.write(object.path("ACL"))).isEqualTo("{\"*\":{\"read\":true}}");
        assertThat(object.path("name").asString("")).isEqualTo("old");
    }

    @Test
    void aNullThatIsGivenEmptiesItsField() throws IOException {
        run("x.csv", "objectId,n\na,\\N\n", OnConflict.REPLACE);

        assertThat(object("a").path("n").isNull()).isTrue();
        assertThat(object("a").path("name").asString("")).isEqualTo("old");
    }

    private static void assertSystemFieldsStay(JsonNode object) {
        assertThat(Json.write(object.path("ACL"))).isEqualTo(SECRET);
        assertThat(object.path("createdAt").asString("")).isEqualTo(CREATED);
        assertThat(object.path("updatedAt").asString("")).isGreaterThan(CREATED);
    }

    private JsonNode object(String id) {
        return transfer.export(app, "Note")
                .lines()
                .map(Json::read)
                .filter(line -> line.path("objectId").asString("").equals(id))
                .findFirst()
                .orElseThrow();
    }

    private void run(String name, String text, OnConflict policy) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        ImportReport report =
                transfer.run(
                        new ImportRequest(
                                app,
                                "Note",
                                file,
                                FileFormat.of(file).orElseThrow(),
                                Optional.empty(),
                                policy,
                                folder.resolve("rejected"),
                                CsvOptions.NONE,
                                true));
        assertThat(report.rejected()).isZero();
    }
}
