package dev.rialto.transfer;

import dev.rialto.kernel.App;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldType;
import java.util.Map;
import java.util.Optional;

/// What import and export need of the classes of an app.
public interface Classes {
    Optional<ClassSchema> find(App app, String className);

    /// The class with at least these fields; makes what is missing.
    ///
    /// @throws dev.rialto.kernel.RialtoException when a field has another type
    ClassSchema ensure(App app, String className, Map<String, FieldType> fields);

    /// Rejects a name that no class of an app can have.
    ///
    /// @throws dev.rialto.kernel.RialtoException INVALID_CLASS_NAME
    void requireValid(String className);

    /// Whether every app's class of this name has the field.
    boolean isSystemField(String className, String field);

    /// Follows the import of objects of a class: what its rules derive from each write is derived
    /// from all of them at once.
    void imported(App app, String className);
}
