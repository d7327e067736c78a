package dev.rialto.transfer;

import dev.rialto.transfer.EncodedRow.Link;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Fills relations.
final class LinkWriter {
    private final Connection connection;
    private final Layout layout;

    LinkWriter(Connection connection, Layout layout) {
        this.connection = connection;
        this.layout = layout;
    }

    /// Adds the members that the rows name; those that are there already stay.
    void write(Collection<EncodedRow> rows) throws SQLException {
        Map<String, List<String[]>> pairs = new LinkedHashMap<>();
        for (EncodedRow row : rows) {
            for (Link link : row.links()) {
                pairs.computeIfAbsent(link.relation(), _ -> new ArrayList<>())
                        .add(new String[] {row.objectId(), link.relatedId()});
            }
        }
        for (Map.Entry<String, List<String[]>> each : pairs.entrySet()) {
            insert(each.getKey(), each.getValue());
        }
    }

    private void insert(String relation, List<String[]> pairs) throws SQLException {
        String sql =
                "INSERT INTO "
                        + layout.pairs(relation)
                        + " (\"owningId\", \"relatedId\")"
                        + " SELECT * FROM unnest(?::text[], ?::text[]) ON CONFLICT DO NOTHING";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, array(pairs.stream().map(pair -> pair[0]).toList()));
            statement.setArray(2, array(pairs.stream().map(pair -> pair[1]).toList()));
            statement.executeUpdate();
        }
    }

    /// Empties the relations of some objects, but those that the system made.
    void clear(Collection<String> objectIds) throws SQLException {
        for (String relation : layout.relations().keySet()) {
            if (layout.system().contains(relation)) {
                continue;
            }
            String sql = "DELETE FROM " + layout.pairs(relation) + " WHERE \"owningId\" = ANY (?)";
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setArray(1, array(objectIds));
                statement.executeUpdate();
            }
        }
    }

    private java.sql.Array array(Collection<String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray(String[]::new));
    }
}
