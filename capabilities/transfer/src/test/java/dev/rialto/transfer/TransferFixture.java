package dev.rialto.transfer;

import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.Field;
import dev.rialto.objects.ObjectsCapability;
import dev.rialto.objects.ObjectsSettings;
import dev.rialto.schema.ClassAdoption;
import dev.rialto.schema.Schemas;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.SystemClasses;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import dev.rialto.testing.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// An importer and exporter on a database, and short ways to use them.
final class TransferFixture {
    private final Database database;
    private final Importer importer;
    private final Exporter exporter;
    private final Classes classes;
    private final ParseImport parseImport;

    TransferFixture(Database database) {
        this.database = database;
        var objects =
                new ObjectsCapability(
                        database,
                        InstantSource.system(),
                        (_, name) -> name,
                        ObjectsSettings.defaults(),
                        (_, _) -> {});
        objects.register(new Users());
        this.classes = classes(objects.schemas(), objects.systemClasses());
        this.importer = new Importer(database, classes, new Ids(), InstantSource.system());
        this.exporter = new Exporter(database, classes);
        this.parseImport =
                new ParseImport(importer, classes, new Parts(objects.schema().adoption()));
    }

    /// Takes classes over; an app has no config and no hooks here.
    private record Parts(ClassAdoption adoption) implements ParseParts {
        @Override
        public ClassSchema adopt(App app, ParseClass parseClass) {
            return adoption.adopt(
                    app, parseClass.name(), parseClass.fields(), parseClass.permissions());
        }

        @Override
        public boolean addParameter(App app, String name, JsonNode value, boolean masterKeyOnly) {
            throw new RialtoException(ErrorCode.INVALID_KEY_NAME, "no parameters here");
        }

        @Override
        public boolean addHook(App app, JsonNode hook) {
            throw new RialtoException(ErrorCode.HOOK_ERROR, "no hooks here");
        }
    }

    TransferFixture(TestDatabase postgres) {
        this(postgres.database());
    }

    /// Users without fields of their own.
    private static final class Users implements ClassRules {
        @Override
        public String className() {
            return "_User";
        }

        @Override
        public Map<String, Field> fields() {
            return Map.of();
        }
    }

    static Classes classes(Schemas schemas, SystemClasses system) {
        return new Classes() {
            @Override
            public java.util.Optional<dev.rialto.model.ClassSchema> find(
                    App app, String className) {
                return schemas.find(app, className);
            }

            @Override
            public dev.rialto.model.ClassSchema ensure(
                    App app, String className, Map<String, dev.rialto.model.FieldType> fields) {
                return schemas.ensure(app, className, fields);
            }

            @Override
            public void requireValid(String className) {
                system.requireValid(className);
            }

            @Override
            public boolean isSystemField(String className, String field) {
                return schemas.isSystemField(className, field);
            }

            @Override
            public void imported(App app, String className) {}
        };
    }

    ImportReport run(ImportRequest request) throws IOException {
        return importer.run(request, TransferProgress.SILENT);
    }

    /// Imports a folder; rejected rows are reported beside it.
    ParseReport runParse(App app, Path folder, OnConflict onConflict) throws IOException {
        return runParse(app, new ParsePlace.Folder(folder), folder.resolve("no"), onConflict);
    }

    ParseReport runParse(App app, ParsePlace from, Path rejected, OnConflict onConflict)
            throws IOException {
        return parseImport.run(
                new ParseImportRequest(app, from, onConflict, rejected, false),
                TransferProgress.SILENT,
                _ -> {});
    }

    Importer importer() {
        return importer;
    }

    Exporter exporter() {
        return exporter;
    }

    String export(App app, String className) {
        return export(app, className, false);
    }

    String export(App app, String className, boolean hidden) {
        return export(app, className, new ExportForm(FileFormat.JSON_LINES, hidden, ','));
    }

    String export(App app, String className, ExportForm form) {
        var out = new ByteArrayOutputStream();
        exporter.run(app, className, form, out, TransferProgress.SILENT);
        return out.toString(StandardCharsets.UTF_8);
    }

    String permissions(App app, String className) {
        return Json.write(classes.find(app, className).orElseThrow().permissions().wire());
    }

    boolean classExists(App app, String className) {
        return classes.find(app, className).isPresent();
    }

    long count(App app, String className) {
        return database.queryFirst(
                        Sql.of("SELECT count(*) FROM ")
                                .addName(app.schema())
                                .add(".")
                                .addName(className),
                        row -> row.getLong(1))
                .orElseThrow();
    }

    static List<JsonNode> lines(Path file) throws IOException {
        return Files.readAllLines(file).stream().map(Json::read).toList();
    }
}
