package dev.rialto.transfer;

import java.util.List;
import java.util.Optional;

/// A row on its way to the database.
///
/// @param source the row as it was read, for the report if the database refuses it
/// @param objectId the object it makes, or whose relations it fills
/// @param line the row in COPY's format; empty when the row only fills relations
/// @param links members of the object's relations
record EncodedRow(
        InputRow.Readable source, String objectId, Optional<byte[]> line, List<Link> links) {

    /// A member of a relation.
    record Link(String relation, String relatedId) {}

    int size() {
        return line.map(bytes -> bytes.length).orElse(0) + 32 * links.size();
    }
}
