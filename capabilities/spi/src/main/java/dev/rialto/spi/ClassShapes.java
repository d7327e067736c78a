package dev.rialto.spi;

import dev.rialto.kernel.JsonSchema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The shapes of a class's objects in API descriptions, by their names: `NoteObject`, `NoteCreate`
/// and so on.
public record ClassShapes(String className) {
    /// The shapes of objects of any class.
    public static final ClassShapes ANY = new ClassShapes("");

    private static final List<String> KINDS =
            List.of("Object", "Create", "Update", "Created", "Updated");

    /// An object as it is read.
    public JsonSchema object() {
        return named("Object");
    }

    /// What an object is created with.
    public JsonSchema create() {
        return named("Create");
    }

    /// What an object is updated with.
    public JsonSchema update() {
        return named("Update");
    }

    /// What a create answers.
    public JsonSchema created() {
        return named("Created");
    }

    /// What an update answers.
    public JsonSchema updated() {
        return named("Updated");
    }

    /// What a find answers.
    public JsonSchema results() {
        return JsonSchema.object()
                .requiring("results", JsonSchema.array(object()))
                .with(
                        "count",
                        JsonSchema.integer().describedAs("Present if `count=1` was requested."));
    }

    /// The names of the shapes of [#ANY] to those of this class.
    public Map<String, String> namesForAny() {
        Map<String, String> names = new LinkedHashMap<>();
        KINDS.forEach(kind -> names.put(kind, className + kind));
        return names;
    }

    private JsonSchema named(String kind) {
        return JsonSchema.named(className + kind);
    }
}
