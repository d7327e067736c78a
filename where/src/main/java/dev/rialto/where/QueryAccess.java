package dev.rialto.where;

import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldPath;
import dev.rialto.model.SubQuery;
import dev.rialto.model.Value;
import dev.rialto.store.Sql;
import java.util.Optional;

/// The access rules of the classes that a condition reaches beyond its own.
public interface QueryAccess {
    /// What rows of a sub-query's class must fulfil besides the sub-query's own condition.
    ///
    /// @param alias of the class's table
    /// @param key what a `$select` reads of the objects; empty when they are only referred to
    /// @return empty SQL when nothing
    /// @throws RialtoException when the caller may not query the class so
    Sql condition(ClassSchema schema, String alias, SubQuery query, Optional<FieldPath> key);

    /// What the owner of a relation must fulfil so that the caller may look into it.
    ///
    /// @param alias of the table of the owner's class
    /// @return empty SQL when nothing
    /// @throws RialtoException when the caller may not in any case
    Sql owner(Value.Pointer owner, String key, String alias);

    /// For the server itself, which may see everything.
    static QueryAccess unrestricted() {
        return new QueryAccess() {
            @Override
            public Sql condition(
                    ClassSchema schema, String alias, SubQuery query, Optional<FieldPath> key) {
                return Sql.empty();
            }

            @Override
            public Sql owner(Value.Pointer owner, String key, String alias) {
                return Sql.empty();
            }
        };
    }
}
