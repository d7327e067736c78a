package dev.rialto.schema;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassSchema;
import dev.rialto.spi.ObjectSchemas;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The routes of classes themselves, for holders of the master key: `/schemas` and `/purge`.
final class SchemaRoutes {
    private static final JsonSchema SCHEMA =
            JsonSchema.object()
                    .requiring("className", JsonSchema.string())
                    .requiring("fields", JsonSchema.map(JsonSchema.object()))
                    .with("classLevelPermissions", JsonSchema.object())
                    .with("indexes", JsonSchema.map(JsonSchema.object()));

    private final Schemas schemas;
    private final SchemaEditor editor;

    SchemaRoutes(Schemas schemas, SchemaEditor editor) {
        this.schemas = schemas;
        this.editor = editor;
    }

    List<Operation> operations() {
        String one = "/schemas/{className}";
        return List.of(
                Operation.get("schema.list", "/schemas")
                        .access(Access.MASTER_READ)
                        .summary("Lists the classes.")
                        .output(JsonSchema.object().requiring("results", JsonSchema.array(SCHEMA)))
                        .handle(this::all),
                Operation.get("schema.get", one)
                        .access(Access.MASTER_READ)
                        .summary("Gets a class.")
                        .output(SCHEMA)
                        .errors(ErrorCode.INVALID_CLASS_NAME)
                        .handle(this::get),
                change(Operation.post("schema.create", "/schemas"), "Creates a class.")
                        .deed("create a schema")
                        .handle(this::create),
                change(Operation.post("schema.create-named", one), "Creates a class.")
                        .deed("create a schema")
                        .handle(this::createNamed),
                change(Operation.put("schema.update", one), "Changes a class.")
                        .deed("update a schema")
                        .handle(this::update),
                Operation.delete("schema.delete", one)
                        .access(Access.MASTER)
                        .summary("Drops an empty class.")
                        .deed("delete a schema")
                        .output(ObjectSchemas.NOTHING)
                        .handle(this::delete),
                Operation.delete("schema.purge", "/purge/{className}")
                        .access(Access.MASTER)
                        .summary("Deletes all objects of a class.")
                        .deed("purge a schema")
                        .output(ObjectSchemas.NOTHING)
                        .handle(this::purge));
    }

    private static Operation.Builder change(Operation.Builder operation, String summary) {
        return operation
                .access(Access.MASTER)
                .summary(summary)
                .input(JsonSchema.object())
                .output(SCHEMA)
                .errors(ErrorCode.INVALID_CLASS_NAME, ErrorCode.INCORRECT_TYPE);
    }

    private Answer all(Call call) {
        ObjectNode answer = Json.object();
        ArrayNode results = answer.putArray("results");
        schemas.all(call.app()).stream()
                .sorted(Comparator.comparing(ClassSchema::name))
                .forEach(schema -> results.add(wire(schema)));
        return Answer.ok(answer);
    }

    private Answer get(Call call) {
        String className = call.path("className");
        return Answer.ok(
                wire(
                        schemas.find(call.app(), className)
                                .orElseThrow(() -> SchemaEditor.unknown(className))));
    }

    private Answer create(Call call) {
        String className =
                nameInBody(call)
                        .orElseThrow(() ->
                                new RialtoException(
                                        ErrorCode.MISSING_CLASS_NAME,
                                        "POST /schemas needs a class name."));
        return Answer.ok(wire(editor.create(call.app(), className, call.body())));
    }

    private Answer createNamed(Call call) {
        String className = call.path("className");
        requireSameName(className, nameInBody(call));
        return Answer.ok(wire(editor.create(call.app(), className, call.body())));
    }

    private static Optional<String> nameInBody(Call call) {
        return Optional.ofNullable(call.body().get("className")).map(name -> name.asString(""));
    }

    private static void requireSameName(String className, Optional<String> inBody) {
        if (inBody.isPresent() && !inBody.get().equals(className)) {
            throw new RialtoException(
                    ErrorCode.INVALID_CLASS_NAME,
                    "Class name mismatch between " + inBody.get() + " and " + className + ".");
        }
    }

    private Answer update(Call call) {
        String className = call.path("className");
        requireSameName(className, nameInBody(call));
        return Answer.ok(wire(editor.update(call.app(), className, call.body())));
    }

    private Answer delete(Call call) {
        editor.delete(call.app(), call.path("className"));
        return Answer.ok(Json.object());
    }

    private Answer purge(Call call) {
        editor.purge(call.app(), call.path("className"));
        return Answer.ok(Json.object());
    }

    /// A class on the wire, without its hidden columns.
    static ObjectNode wire(ClassSchema schema) {
        ObjectNode wire = Json.object();
        wire.put("className", schema.name());
        ObjectNode fields = wire.putObject("fields");
        schema.fields()
                .forEach((name, field) -> {
                    if (!name.startsWith("_")) {
                        fields.set(name, SchemaStore.wire(field));
                    }
                });
        wire.set("classLevelPermissions", schema.permissions().wire());
        ObjectNode indexes = wire.putObject("indexes");
        indexes.putObject("_id_").put("_id", 1);
        schema.indexes().forEach(indexes::set);
        return wire;
    }
}
