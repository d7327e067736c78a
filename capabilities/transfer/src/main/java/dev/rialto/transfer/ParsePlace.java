package dev.rialto.transfer;

import java.nio.file.Path;
import java.util.Optional;

/// Where the database of a Parse Server is read from.
public sealed interface ParsePlace {
    /// A folder with a file for each collection of a MongoDB, as mongoexport writes them.
    record Folder(Path path) implements ParsePlace {}

    /// A PostgreSQL.
    ///
    /// @param jdbcUrl without user and password
    record Postgres(String jdbcUrl, Optional<String> user, Optional<String> password)
            implements ParsePlace {
        @Override
        public String toString() {
            return "Postgres[***]";
        }
    }
}
