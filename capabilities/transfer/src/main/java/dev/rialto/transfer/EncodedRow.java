package dev.rialto.transfer;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A row on its way to the database.
///
/// @param source the row as it was read, for the report if the database refuses it
/// @param objectId the object it makes, or whose relations it fills
/// @param line the row in COPY's format; empty when the row only fills relations
/// @param links members of the object's relations
/// @param given the fields that the row has, `ACL` and the times among them
record EncodedRow(
        InputRow.Readable source,
        String objectId,
        Optional<byte[]> line,
        List<Link> links,
        Set<String> given) {

    /// A member of a relation.
    record Link(String relation, String relatedId) {}

    int size() {
        return line.map(bytes -> bytes.length).orElse(0) + 32 * links.size();
    }
}
