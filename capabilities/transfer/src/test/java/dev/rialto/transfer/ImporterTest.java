package dev.rialto.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.App;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.Sql;
import dev.rialto.testing.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImporterTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();

    private final App app = POSTGRES.app();
    private final TransferFixture transfer = new TransferFixture(POSTGRES);

    @TempDir private Path folder;

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    @Test
    void reportsEachRejectedRowAndImportsTheOthers() throws IOException {
        Path file =
                file(
                        "bad.jsonl",
                        """
                        {"objectId":"good1","n":1,"s":"a"}
                        {"n":2
                        {"n":"two"}
                        [1,2]

                        {"__proto__":{"a":1}}
                        {"bad name":1}
                        {"s":"\\u0000"}
                        {"s":"\\ud800"}
                        {"n":1e999}
                        {"objectId":""}
                        {"objectId":"good1","n":5}
                        {"o":{"a":{"__proto__":1}}}
                        {"o":{"$a":1}}
                        {"ACL":[1]}
                        {"createdAt":"yesterday"}
                        {"p":{"__type":"GeoPoint","latitude":91,"longitude":0}}
                        {"n":{"__op":"Increment","amount":1}}
                        {"objectId":"good2","n":3,"o":{"x":1},"p":{"__type":"GeoPoint","latitude":1,"longitude":0}}
                        """);

        ImportReport report = transfer.run(request("Bad", file));

        assertThat(transfer.count(app, "Bad")).isEqualTo(2);
        assertThat(report.written()).isEqualTo(2);
        assertThat(report.rejected()).isEqualTo(16);
        assertThat(report.read()).isEqualTo(18);
        Path rejected = folder.resolve("bad.jsonl.rejected.jsonl");
        assertThat(TransferFixture.lines(rejected))
                .hasSize(16)
                .allSatisfy(each -> assertThat(each.path("reason").asString("")).isNotBlank())
                .extracting(each -> each.path("line").asInt())
                .containsExactly(2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18);
        assertThat(Files.readString(rejected))
                .contains("schema mismatch for n; expected Number but got String")
                .contains("Invalid field name: __proto__.")
                .contains("NUL")
                .contains("an object with the id good1 already exists");
    }

    @Test
    void survivesBytesThatAreNoUtf8() throws IOException {
        Path file = folder.resolve("latin.jsonl");
        Files.write(
                file,
                "{\"s\":\"caf\u00e9\"}\n{\"s\":\"ok\"}\n".getBytes(StandardCharsets.ISO_8859_1));

        ImportReport report = transfer.run(request("Latin", file));

        assertThat(report.written()).isEqualTo(1);
        assertThat(report.rejected()).isEqualTo(1);
    }

    @Test
    void infersTypesOfCsvColumns() throws IOException {
        Path file =
                file(
                        "shop.csv",
                        """
                        objectId,name,price,open,since,zip code,long id,place,tags,mixed
                        a,"Shop, one",1.5,true,2026-01-31,00501,123456789012345678,"{""__type"":""GeoPoint"",""latitude"":1,""longitude"":2}","[1,""x""]",1
                        b,"line
                        break",-2e3,false,2026-01-31T10:00:00Z,12345,1,,,x
                        c,,,,,,,,,
                        d,x,y,z
                        """);

        ImportReport report = transfer.run(request("Shop", file, FileFormat.CSV));

        assertThat(report.rejected()).isEqualTo(1);
        assertThat(transfer.export(app, "Shop").lines().map(ImporterTest::withoutTimes))
                .containsExactlyInAnyOrder(
                        "{\"objectId\":\"a\",\"long_id\":\"123456789012345678\",\"mixed\":\"1\","
                                + "\"name\":\"Shop, one\",\"open\":true,"
                                + "\"place\":{\"__type\":\"GeoPoint\",\"latitude\":1,"
                                + "\"longitude\":2},\"price\":1.5,"
                                + "\"since\":{\"__type\":\"Date\","
                                + "\"iso\":\"2026-01-31T00:00:00.000Z\"},"
                                + "\"tags\":[1, \"x\"],\"zip_code\":\"00501\"}",
                        "{\"objectId\":\"b\",\"long_id\":\"1\",\"mixed\":\"x\","
                                + "\"name\":\"line\\nbreak\",\"open\":false,\"price\":-2000,"
                                + "\"since\":{\"__type\":\"Date\","
                                + "\"iso\":\"2026-01-31T10:00:00.000Z\"},\"zip_code\":\"12345\"}",
                        "{\"objectId\":\"c\"}");
    }

    @Test
    void readsAnArrayOfObjectsAndParsesResults() throws IOException {
        Path array = file("array.json", "\uFEFF [{\"a\":1}, {\"a\":2},\n3]");
        Path results = file("results.json", "{\"x\":[1],\"results\":[{\"a\":3}]}");

        ImportReport first = transfer.run(request("Listed", array, FileFormat.JSON));
        transfer.run(request("Listed", results, FileFormat.JSON));

        assertThat(first.rejected()).isEqualTo(1);
        assertThat(transfer.count(app, "Listed")).isEqualTo(3);
    }

    @Test
    void keepsOrReplacesObjectsThatExist() throws IOException {
        transfer.run(
                request("Kept", file("k1.jsonl", "{\"objectId\":\"a\",\"n\":1,\"s\":\"old\"}\n")));
        Path more =
                file("k2.jsonl", "{\"objectId\":\"a\",\"n\":2}\n{\"objectId\":\"b\",\"n\":3}\n");

        ImportReport skipped = transfer.run(with(request("Kept", more), OnConflict.SKIP, false));
        String kept = transfer.export(app, "Kept");
        ImportReport replaced = transfer.run(with(request("Kept", more), OnConflict.REPLACE, true));

        assertThat(skipped.skipped()).isEqualTo(1);
        assertThat(skipped.written()).isEqualTo(1);
        assertThat(kept).contains("\"n\":1,\"s\":\"old\"");
        assertThat(replaced.written()).isEqualTo(2);
        assertThat(transfer.export(app, "Kept")).contains("\"n\":2,\"s\":\"old\"");
    }

    @Test
    void overwritesTheMembersOfRelations() throws IOException {
        String object = "{\"objectId\":\"a\",\"n\":%d}%n";
        String link =
                "{\"objectId\":\"a\",\"r\":{\"__op\":\"AddRelation\",\"objects\":[{\"__type\":"
                        + "\"Pointer\",\"className\":\"Kept\",\"objectId\":\"%s\"}]}}%n";
        transfer.run(request("Owner", file("r1.jsonl", object.formatted(1) + link.formatted("x"))));

        transfer.run(
                with(
                        request(
                                "Owner",
                                file("r2.jsonl", object.formatted(2) + link.formatted("y"))),
                        OnConflict.OVERWRITE,
                        false));

        assertThat(transfer.export(app, "Owner"))
                .contains("\"objectId\":\"y\"")
                .doesNotContain("\"objectId\":\"x\"");
    }

    @Test
    void rejectsRowsThatBreakAUniqueIndex() throws IOException {
        transfer.run(request("Named", file("u1.jsonl", "{\"objectId\":\"a\",\"name\":\"x\"}\n")));
        POSTGRES.database()
                .update(
                        Sql.of("CREATE UNIQUE INDEX ON ")
                                .addName(app.schema())
                                .add(".\"Named\" (name)"));
        Path more = file("u2.jsonl", "{\"objectId\":\"b\",\"name\":\"x\"}\n{\"name\":\"y\"}\n");

        for (OnConflict policy : OnConflict.values()) {
            ImportReport report = transfer.run(with(request("Named", more), policy, true));

            assertThat(report.rejected()).as(policy.name()).isPositive();
        }
        assertThat(transfer.export(app, "Named")).contains("\"y\"").doesNotContain("\"b\"");
    }

    @Test
    void rejectsRowsThatOnlyPostgreSqlRefuses() throws IOException {
        transfer.run(request("Checked", file("c1.jsonl", "{\"n\":0}\n")));
        POSTGRES.database()
                .update(
                        Sql.of("ALTER TABLE ")
                                .addName(app.schema())
                                .add(".\"Checked\" ADD CHECK (n <> 7)"));
        var text = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            text.append("{\"n\":").append(i % 10).append("}\n");
        }

        ImportReport report = transfer.run(request("Checked", file("c2.jsonl", text.toString())));

        assertThat(report.rejected()).isEqualTo(10);
        assertThat(transfer.count(app, "Checked")).isEqualTo(91);
    }

    @Test
    void importsAFileOnceUnlessAskedAgain() throws IOException {
        Path file = file("once.jsonl", "{\"n\":1}\n{\"n\":2}\n");

        transfer.run(request("Once", file));
        ImportReport second = transfer.run(request("Once", file));
        long afterSecond = transfer.count(app, "Once");
        transfer.run(with(request("Once", file), OnConflict.REJECT, true));

        assertThat(second.alreadyDone()).isTrue();
        assertThat(afterSecond).isEqualTo(2);
        assertThat(transfer.count(app, "Once")).isEqualTo(4);
    }

    @Test
    void refusesRowsWithFieldsThatTheSchemaLacks() throws IOException {
        Path schema = file("s.json", "{\"fields\":{\"at\":{\"type\":\"Date\"}}}");
        Path file = file("s.jsonl", "{\"at\":\"2026-01-01T00:00:00Z\"}\n{\"x\":1}\n{\"at\":5}\n");

        ImportReport report =
                transfer.run(
                        new ImportRequest(
                                app,
                                "Strict",
                                file,
                                FileFormat.JSON_LINES,
                                Optional.of(schema),
                                OnConflict.REJECT,
                                folder.resolve("s.rejected"),
                                CsvOptions.NONE,
                                false));

        assertThat(report.written()).isEqualTo(1);
        assertThat(TransferFixture.lines(folder.resolve("s.rejected")))
                .extracting(each -> each.path("line").asInt())
                .containsExactly(2, 3);
    }

    @Test
    void takesPasswordsAsHashesOnlyAndKeepsThemOutOfTheReport() throws IOException {
        String hash = "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";
        transfer.run(
                request(
                        "_User",
                        file("schema.jsonl", "{\"username\":\"nobody\"}\n"),
                        FileFormat.JSON_LINES));
        Path file =
                file(
                        "users.jsonl",
                        """
                        {"username":"plain","password":"secret word"}
                        {"username":"wrong","bcryptPassword":"secret word"}
                        """);
        POSTGRES.database()
                .update(
                        Sql.of("ALTER TABLE ")
                                .addName(app.schema())
                                .add(".\"_User\" ADD COLUMN \"_hashed_password\" text"));
        POSTGRES.database()
                .update(
                        Sql.of("UPDATE ")
                                .addName(app.schema())
                                .add(
                                        ".\"_schema\" SET fields = (fields::jsonb ||"
                                                + " ?::jsonb)::json WHERE name = '_User'",
                                        "{\"_hashed_password\":{\"type\":\"String\"}}"));
        var fresh = new TransferFixture(POSTGRES);

        ImportReport bad = fresh.run(request("_User", file));
        ImportReport good =
                fresh.run(
                        request(
                                "_User",
                                file(
                                        "hash.jsonl",
                                        "{\"username\":\"ann\",\"bcryptPassword\":\""
                                                + hash
                                                + "\"}\n")));

        assertThat(bad.rejected()).isEqualTo(2);
        assertThat(Files.readString(folder.resolve("users.jsonl.rejected.jsonl")))
                .contains("\"plain\"")
                .doesNotContain("secret word");
        assertThat(good.written()).isEqualTo(1);
        assertThat(fresh.export(app, "_User")).contains("ann").doesNotContain("$2b$");
        assertThat(fresh.export(app, "_User", true)).contains(hash);
    }

    @Test
    void refusesFilesAndClassesThatCannotBe() {
        Path text = file("broken.json", "{\"a\":1}");

        for (ImportRequest request :
                List.of(
                        request("Nope", folder.resolve("missing.jsonl")),
                        request("bad name", text),
                        request("_Join:a:b", text),
                        request("Nope", text, FileFormat.JSON))) {
            assertThatThrownBy(() -> transfer.run(request)).isInstanceOf(RialtoException.class);
        }
    }

    private Path file(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    private ImportRequest request(String className, Path file) {
        return request(className, file, FileFormat.JSON_LINES);
    }

    private ImportRequest request(String className, Path file, FileFormat format) {
        return ImportRequest.of(app, className, file, format);
    }

    private static ImportRequest with(ImportRequest request, OnConflict policy, boolean again) {
        return new ImportRequest(
                request.app(),
                request.className(),
                request.file(),
                request.format(),
                request.schema(),
                policy,
                request.rejected(),
                CsvOptions.NONE,
                again);
    }

    private static String withoutTimes(String line) {
        return line.replaceAll("\"(created|updated)At\":\"[^\"]*\",?", "").replace(",}", "}");
    }
}
