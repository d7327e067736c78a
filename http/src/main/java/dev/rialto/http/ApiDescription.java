package dev.rialto.http;

import dev.rialto.kernel.Contract;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A description of an API in OpenAPI 3.1 that is being written: operations and the shapes that
/// they name.
public final class ApiDescription {
    private static final String COMPONENTS = "#/components/schemas/";

    private final ObjectNode document = Json.object();
    private final ObjectNode paths;
    private final ObjectNode schemas;
    private final Map<String, String> tags = new TreeMap<>();
    private final Set<String> usedTags = new TreeSet<>();

    /// To OpenAPI, paths that differ only in the names of parameters are the same.
    private final Map<String, String> pathsByShape = new HashMap<>();

    /// Begins a description.
    ///
    /// @param about more than the title, in Markdown
    /// @param publicUrl where the API is, without a slash at its end
    public ApiDescription(String title, String about, String publicUrl) {
        document.put("openapi", "3.1.0");
        document.putObject("info")
                .put("title", title)
                .put("description", about)
                .put("version", "1");
        document.putArray("servers").addObject().put("url", publicUrl);
        this.paths = document.putObject("paths");
        ObjectNode components = document.putObject("components");
        this.schemas = components.putObject("schemas");
        component(
                "Error",
                JsonSchema.object()
                        .with(
                                "code",
                                JsonSchema.integer()
                                        .describedAs(
                                                "The error's code. Absent when no operation"
                                                        + " responded."))
                        .requiring(
                                "error",
                                JsonSchema.string()
                                        .describedAs("A description of the error, for people."))
                        .open());
        ObjectNode schemes = components.putObject("securitySchemes");
        scheme(schemes, "app", "X-Parse-Application-Id", "The app's id.");
        scheme(schemes, "restKey", "X-Parse-REST-API-Key", "A client key, if the app has one.");
        scheme(schemes, "session", "X-Parse-Session-Token", "The session of a user.");
        scheme(schemes, "master", "X-Parse-Master-Key", "The master key: it may do everything.");
    }

    private static void scheme(ObjectNode schemes, String name, String header, String text) {
        schemes.putObject(name)
                .put("type", "apiKey")
                .put("in", "header")
                .put("name", header)
                .put("description", text);
    }

    /// Names a shape, to be used as [JsonSchema#named]. It takes the place of one that has the name
    /// already.
    public void component(String name, JsonSchema schema) {
        ObjectNode json = schema.json();
        openUp(json);
        schemas.set(name, json);
    }

    /// Says what the operations of a capability are about.
    void tag(String name, String sentence) {
        tags.put(name, sentence);
    }

    /// Adds an operation as it is declared.
    ///
    /// @throws IllegalArgumentException when there is one at its method and path
    void add(Operation operation) {
        var written = withCommonNames(operation.path());
        if (paths.path(written).has(method(operation))) {
            throw new IllegalArgumentException(
                    "two operations at " + method(operation) + " " + written);
        }
        put(operation, operation.id(), operation.path(), operation.contract());
    }

    /// Adds an operation as it is for one thing of an app, such as a class. It takes the place of
    /// one that is at its method and path already.
    ///
    /// @param id unique in the API
    /// @param path with fixed segments where the operation's path has parameters
    /// @param contract what the operation takes and returns there
    public void put(Operation operation, String id, String path, Contract contract) {
        usedTags.add(operation.capability());
        var written = withCommonNames(path);
        ObjectNode item =
                paths.get(written) instanceof ObjectNode known ? known : paths.putObject(written);
        ObjectNode entry = new OperationEntry(operation, contract).json(id, plain(path), written);
        openUp(entry);
        item.set(method(operation), entry);
    }

    /// The description so far, to be kept, with the shapes that something in it refers to.
    public ObjectNode json() {
        ArrayNode all = Json.mapper().createArrayNode();
        for (String tag : usedTags) {
            ObjectNode entry = all.addObject().put("name", tag);
            if (tags.containsKey(tag)) {
                entry.put("description", tags.get(tag));
            }
        }
        ObjectNode copy = document.deepCopy();
        copy.set("tags", all);
        var used = usedComponents();
        ((ObjectNode) copy.path("components").path("schemas")).retain(used);
        return copy;
    }

    private Set<String> usedComponents() {
        Set<String> used = new HashSet<>();
        Deque<JsonNode> open = new ArrayDeque<>();
        open.push(paths);
        while (!open.isEmpty()) {
            JsonNode node = open.pop();
            node.forEach(open::push);
            String reference = node.path("$ref").asString("");
            if (reference.startsWith(COMPONENTS)) {
                String name = reference.substring(COMPONENTS.length());
                if (used.add(name)) {
                    open.push(schemas.path(name));
                }
            }
        }
        return used;
    }

    private static String method(Operation operation) {
        return operation.method().name().toLowerCase(Locale.ROOT);
    }

    private static String plain(String path) {
        return path.replace("*}", "}");
    }

    /// The path with the names that its parameters had when such a path was met first.
    private String withCommonNames(String path) {
        var plain = plain(path);
        return pathsByShape.computeIfAbsent(
                OperationEntry.PATH_PARAMETER.matcher(plain).replaceAll("{}"), _ -> plain);
    }

    /// Says of objects whose properties are not known that they may have some: generators of
    /// clients think otherwise.
    private static void openUp(JsonNode node) {
        if (node instanceof ObjectNode object
                && object.path("type").asString("").equals("object")
                && !object.has("properties")
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", true);
        }
        node.forEach(ApiDescription::openUp);
    }
}
