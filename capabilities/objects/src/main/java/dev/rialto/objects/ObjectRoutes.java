package dev.rialto.objects;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Handler;
import dev.rialto.http.Operation.RequestIds;
import dev.rialto.http.Rendered;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.ProhibitedKeys;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.QueryParameters;
import dev.rialto.spi.ClassRoutes;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.ClassShapes;
import dev.rialto.spi.Draft;
import dev.rialto.spi.ObjectSchemas;
import dev.rialto.spi.SystemClasses;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The routes of objects: `/classes/{className}` and `/classes/{className}/{objectId}`, and the
/// same for classes with a path of their own.
final class ObjectRoutes implements ClassRoutes {
    /// The parameter of a conditional PUT or DELETE: in the query string, or in the body.
    private static final String CONDITION = "where";

    private static final String CONDITION_IN_BODY = "_where";

    private final TriggeredFinder finder;
    private final ObjectWriter writer;
    private final SystemClasses classes;
    private final Ids ids;

    ObjectRoutes(TriggeredFinder finder, ObjectWriter writer, SystemClasses classes, Ids ids) {
        this.finder = finder;
        this.writer = writer;
        this.classes = classes;
        this.ids = ids;
    }

    List<Operation> operations() {
        return operations(
                "objects", "/classes/{className}", ClassShapes.ANY, call -> call.path("className"));
    }

    @Override
    public List<Operation> operations(String capability, String path, String className) {
        return operations(capability, path, new ClassShapes(className), _ -> className);
    }

    private List<Operation> operations(
            String capability, String path, ClassShapes shapes, Function<Call, String> className) {
        String one = path + "/{objectId}";
        String suffix = path.equals("/classes/{className}") ? "" : path.replace('/', '-');
        return List.of(
                Operation.get(capability + ".find" + suffix, path)
                        .summary("Finds objects.")
                        .with(ObjectRoutes::query)
                        .output(shapes.results())
                        .errors(ErrorCode.INVALID_QUERY, ErrorCode.OPERATION_FORBIDDEN)
                        .handle(find(className)),
                Operation.post(capability + ".create" + suffix, path)
                        .summary("Creates an object.")
                        .input(shapes.create())
                        .output(201, shapes.created())
                        .errors(
                                ErrorCode.INCORRECT_TYPE,
                                ErrorCode.DUPLICATE_VALUE,
                                ErrorCode.OPERATION_FORBIDDEN)
                        .requestIds(RequestIds.REMEMBERED_WHEN_WRITING)
                        .handle(create(className)),
                Operation.get(capability + ".get" + suffix, one)
                        .summary("Gets one object.")
                        .with(ObjectRoutes::projection)
                        .output(shapes.object())
                        .errors(ErrorCode.OBJECT_NOT_FOUND, ErrorCode.OPERATION_FORBIDDEN)
                        .handle(get(className)),
                Operation.put(capability + ".update" + suffix, one)
                        .summary("Updates an object if it matches `where`.")
                        .with(ObjectRoutes::condition)
                        .input(shapes.update())
                        .output(shapes.updated())
                        .errors(
                                ErrorCode.OBJECT_NOT_FOUND,
                                ErrorCode.INCORRECT_TYPE,
                                ErrorCode.DUPLICATE_VALUE,
                                ErrorCode.OPERATION_FORBIDDEN)
                        .requestIds(RequestIds.REMEMBERED_WHEN_WRITING)
                        .handle(update(className)),
                Operation.delete(capability + ".delete" + suffix, one)
                        .summary("Deletes an object if it matches `where`.")
                        .with(ObjectRoutes::condition)
                        .output(ObjectSchemas.NOTHING)
                        .errors(ErrorCode.OBJECT_NOT_FOUND, ErrorCode.OPERATION_FORBIDDEN)
                        .handle(delete(className)));
    }

    private static Operation.Builder query(Operation.Builder operation) {
        return projection(operation)
                .query("where", ObjectSchemas.WHERE, "A condition for the objects; all by default.")
                .query("order", JsonSchema.string(), "Fields to sort by; `-score` descends.")
                .query(
                        "limit",
                        JsonSchema.integer(),
                        "The maximum number of objects; 100 by default.")
                .query("skip", JsonSchema.integer(), "How many objects to skip.")
                .query("count", JsonSchema.integer(), "1 to count all that match.");
    }

    private static Operation.Builder projection(Operation.Builder operation) {
        return operation
                .query("keys", JsonSchema.string(), "The fields to return, separated by commas.")
                .query("excludeKeys", JsonSchema.string(), "The fields to omit.")
                .query("include", JsonSchema.string(), "The pointers to follow.");
    }

    private static Operation.Builder condition(Operation.Builder operation) {
        return operation.query(
                CONDITION,
                ObjectSchemas.WHERE,
                "A condition that the object must match; otherwise code 101.");
    }

    private Handler find(Function<Call, String> className) {
        return call ->
                Answer.json(
                        200,
                        finder.find(
                                Requester.of(call),
                                className.apply(call),
                                FindRequest.read(call.parameters())));
    }

    private Handler get(Function<Call, String> className) {
        return call -> {
            String name = className.apply(call);
            String objectId = call.path("objectId");
            Rendered found =
                    finder.get(
                            Requester.of(call),
                            name,
                            objectId,
                            FindRequest.readForGet(call.parameters()));
            ClassRules classRules = classes.rules(name);
            ObjectNode besides =
                    classRules == null
                            ? Json.object()
                            : classRules.besides(call.caller(), objectId);
            return besides.isEmpty()
                    ? Answer.json(200, found)
                    : Answer.ok(((ObjectNode) Json.read(found.asUnquotedUTF8())).setAll(besides));
        };
    }

    private Handler create(Function<Call, String> className) {
        return call -> {
            String name = className.apply(call);
            ClassRules classRules = classes.rules(name);
            var request = request(call, name, ids.objectId(), Optional.empty());
            if (classRules == null) {
                return created(call, name, writer.create(request));
            }
            call.caller().requireWriter("create");
            ProhibitedKeys.requireNone(request.fields());
            FieldRules.settle(request.fields(), true);
            ObjectNode sent = request.fields().deepCopy();
            Optional<Answer> other = classRules.insteadOfCreate(draft(request, request.fields()));
            if (other.isPresent()) {
                return other.get();
            }
            ObjectNode created;
            try {
                created = writer.create(request);
            } catch (RialtoException refusal) {
                return classRules.insteadOfRefusal(draft(request, sent), refusal);
            }
            classRules.afterCreate(call.app(), call.caller(), created);
            return created(call, name, created);
        };
    }

    private static Draft draft(WriteRequest request, ObjectNode fields) {
        return new Draft(
                request.app(),
                request.caller(),
                request.call(),
                request.className(),
                request.objectId(),
                fields,
                true,
                Optional.empty());
    }

    private Answer created(Call call, String className, ObjectNode created) {
        ClassRules classRules = classes.rules(className);
        String location =
                call.publicUrl()
                        + (classRules == null ? "/classes/" + className : classRules.path())
                        + "/"
                        + created.path("objectId").asString("");
        return Answer.of(201, created).withHeader("Location", location);
    }

    private Handler update(Function<Call, String> className) {
        return call ->
                Answer.ok(
                        writer.update(
                                request(
                                        call,
                                        className.apply(call),
                                        call.path("objectId"),
                                        conditionOf(call))));
    }

    private Handler delete(Function<Call, String> className) {
        return call -> {
            writer.delete(
                    request(call, className.apply(call), call.path("objectId"), conditionOf(call)));
            return Answer.ok(Json.object());
        };
    }

    private static WriteRequest request(
            Call call, String className, String objectId, Optional<ObjectNode> condition) {
        return new WriteRequest(
                call.app(),
                call.caller(),
                Optional.of(call),
                className,
                objectId,
                call.body(),
                condition);
    }

    private Optional<ObjectNode> conditionOf(Call call) {
        JsonNode inBody = call.body().remove(CONDITION_IN_BODY);
        JsonNode given = inBody == null ? call.parameters().get(CONDITION) : inBody;
        return given == null
                ? Optional.empty()
                : Optional.of(finder.condition(call, QueryParameters.where(given)));
    }
}
