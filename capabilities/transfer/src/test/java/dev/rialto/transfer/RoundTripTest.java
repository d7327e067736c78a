package dev.rialto.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class RoundTripTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final int OBJECTS = 500;

    private final TransferFixture transfer = new TransferFixture(POSTGRES);

    @TempDir private Path folder;

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    @Test
    void exportsWhatWasImportedByteForByte() throws IOException {
        App one = POSTGRES.app("round_one");
        App two = POSTGRES.app("round_two");
        Path given = folder.resolve("given.jsonl");
        List<ObjectNode> objects = write(given);

        ImportReport report = transfer.run(request(one, given));
        String first = transfer.export(one, "Thing");
        Path exported = Files.writeString(folder.resolve("exported.jsonl"), first);
        ImportReport again = transfer.run(request(two, exported));
        String second = transfer.export(two, "Thing");

        assertThat(report.rejected()).isZero();
        assertThat(again.rejected()).isZero();
        assertThat(report.written()).isEqualTo(report.read());
        assertThat(transfer.count(one, "Thing")).isEqualTo(OBJECTS);
        assertThat(second).isEqualTo(first);
        assertSame(objects, first);
    }

    @ParameterizedTest
    @ValueSource(chars = {',', ';', '\t', '|'})
    void exportsCsvThatIsImportedAsTheSameObjects(char delimiter) throws IOException {
        App one = POSTGRES.app("csv_one_" + (int) delimiter);
        App two = POSTGRES.app("csv_two_" + (int) delimiter);
        Path given = folder.resolve("given.jsonl");
        write(given);
        transfer.run(request(one, given));
        var form = new ExportForm(FileFormat.CSV, false, delimiter);

        Path csv = Files.writeString(folder.resolve("x.csv"), transfer.export(one, "Thing", form));
        ImportReport report = transfer.run(ImportRequest.of(two, "Thing", csv, FileFormat.CSV));

        assertThat(report.rejected()).isZero();
        assertThat(transfer.export(two, "Thing")).isEqualTo(transfer.export(one, "Thing"));
        assertThat(transfer.export(two, "Thing", form)).isEqualTo(Files.readString(csv));
    }

    @Test
    void keepsTextOfDigitsTextInCsv() throws IOException {
        App one = POSTGRES.app("digits_one");
        App two = POSTGRES.app("digits_two");
        Path given =
                Files.writeString(
                        folder.resolve("digits.jsonl"),
                        """
                        {"objectId":"a","code":"12345","flag":"true","n":1,"none":"\\\\N","empty":""}
                        {"objectId":"b","code":"1e5","flag":"false","n":2,"none":"=1+1","empty":""}
                        """);
        transfer.run(request(one, given));

        Path csv =
                Files.writeString(
                        folder.resolve("digits.csv"),
                        transfer.export(one, "Thing", new ExportForm(FileFormat.CSV, false, ',')));
        transfer.run(ImportRequest.of(two, "Thing", csv, FileFormat.CSV));

        assertThat(transfer.export(two, "Thing"))
                .isEqualTo(transfer.export(one, "Thing"))
                .contains("\"code\":\"12345\"", "\"none\":\"\\\\N\"");
    }

    @Test
    void exportsOneArrayOfObjects() throws IOException {
        App one = POSTGRES.app("array_one");
        App two = POSTGRES.app("array_two");
        Path given = folder.resolve("given.jsonl");
        write(given);
        transfer.run(request(one, given));
        String text = transfer.export(one, "Thing", new ExportForm(FileFormat.JSON, false, ','));

        Path json = Files.writeString(folder.resolve("x.json"), text);
        transfer.run(ImportRequest.of(two, "Thing", json, FileFormat.JSON));

        assertThat(Json.read(text).isArray()).isTrue();
        assertThat(transfer.export(two, "Thing")).isEqualTo(transfer.export(one, "Thing"));
    }

    @Test
    void exportsItsSchemaForTheImport() throws IOException {
        App one = POSTGRES.app("schema_one");
        App two = POSTGRES.app("schema_two");
        Path given =
                Files.writeString(
                        folder.resolve("nulls.jsonl"), "{\"objectId\":\"a\",\"x\":null,\"y\":1}\n");
        Path schema =
                Files.writeString(
                        folder.resolve("types.json"),
                        "{\"fields\":{\"x\":{\"type\":\"Date\"},\"y\":{\"type\":\"Number\"}}}");

        transfer.run(withSchema(one, given, schema));
        String exported = transfer.export(one, "Thing");
        Files.writeString(given, exported);
        Files.writeString(schema, Json.write(transfer.exporter().schema(one, "Thing")));
        transfer.run(withSchema(two, given, schema));

        assertThat(exported).contains("\"x\":null");
        assertThat(transfer.export(two, "Thing")).isEqualTo(exported);
    }

    private List<ObjectNode> write(Path file) throws IOException {
        var random = new RandomObjects(42);
        List<ObjectNode> objects = new ArrayList<>();
        var text = new StringBuilder();
        for (int i = 0; i < OBJECTS; i++) {
            ObjectNode object = random.next(i);
            objects.add(object);
            text.append(Json.write(object)).append('\n');
        }
        for (int i = 0; i < OBJECTS; i += 7) {
            text.append(Json.write(random.likes(i))).append('\n');
        }
        Files.writeString(file, text);
        return objects;
    }

    /// Every given field is in the export with the same value; nothing else is but the relation.
    private static void assertSame(List<ObjectNode> given, String exported) {
        List<JsonNode> found =
                exported.lines().map(Json::read).filter(line -> line.has("createdAt")).toList();
        assertThat(found).hasSize(given.size());
        for (JsonNode object : found) {
            String id = object.path("objectId").stringValue();
            ObjectNode expected = given.get(Integer.parseInt(id.substring(2))).deepCopy();
            ObjectNode actual = object.asObject();
            actual.remove("likes");
            assertThat(canonical(actual)).isEqualTo(canonical(expected));
        }
    }

    /// Numbers as doubles, keys sorted.
    private static Object canonical(JsonNode value) {
        if (value.isObject()) {
            var map = new java.util.TreeMap<String, Object>();
            value.properties().forEach(each -> map.put(each.getKey(), canonical(each.getValue())));
            return map;
        }
        if (value.isArray()) {
            var list = new ArrayList<Object>();
            value.forEach(each -> list.add(canonical(each)));
            return list;
        }
        return value.isNumber() ? value.asDouble() + 0.0 : value.toString();
    }

    private static ImportRequest request(App app, Path file) {
        return ImportRequest.of(app, "Thing", file, FileFormat.JSON_LINES);
    }

    private static ImportRequest withSchema(App app, Path file, Path schema) {
        ImportRequest plain = request(app, file);
        return new ImportRequest(
                app,
                "Thing",
                file,
                plain.format(),
                java.util.Optional.of(schema),
                plain.onConflict(),
                plain.rejected(),
                CsvOptions.NONE,
                false);
    }
}
