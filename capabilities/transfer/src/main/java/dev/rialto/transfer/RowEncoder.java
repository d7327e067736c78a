package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassNames;
import dev.rialto.model.DateText;
import dev.rialto.model.FieldType;
import dev.rialto.transfer.EncodedRow.Link;
import dev.rialto.where.FieldValues;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Turns rows into lines for COPY, and refuses those that are no objects of the class.
final class RowEncoder {
    private static final int MAX_ID_LENGTH = 128;
    private static final String PASSWORD_HASH = "_hashed_password";
    private static final Pattern HASH =
            Pattern.compile("\\$2[abxy]\\$[0-9]{2}\\$[./A-Za-z0-9]{53}|\\$argon2id\\$[!-~]+");

    private final Layout layout;
    private final Optional<Cells> cells;
    private final Ids ids;
    private final InstantSource clock;

    /// @param csv the dialect of a CSV file, whose fields are cells; empty for JSON
    RowEncoder(Layout layout, Optional<CsvOptions> csv, Ids ids, InstantSource clock) {
        this.layout = layout;
        this.cells = csv.map(options -> new Cells(options.decimalComma()));
        this.ids = ids;
        this.clock = clock;
    }

    /// A row under construction.
    private static final class Parts {
        private final @Nullable JsonNode[] values;
        private final List<String> nulls = new ArrayList<>();
        private final List<Link> links = new ArrayList<>();
        private final Set<String> given = new LinkedHashSet<>();
        private @Nullable String objectId;
        private @Nullable Instant createdAt;
        private @Nullable Instant updatedAt;
        private @Nullable JsonNode acl;
        private boolean hasFields;

        private Parts(int size) {
            values = new JsonNode[size];
        }
    }

    /// @throws RialtoException that tells what is wrong with the row
    EncodedRow encode(InputRow.Readable row) {
        var parts = new Parts(layout.fields().size());
        boolean typed = row.fields().path("__type").asString("").equals("Object");
        for (Map.Entry<String, JsonNode> each : row.fields().properties()) {
            boolean envelope =
                    typed && (each.getKey().equals("__type") || each.getKey().equals("className"));
            if (!envelope) {
                take(each.getKey(), each.getValue(), parts);
            }
        }
        boolean onlyLinks = parts.objectId != null && !parts.links.isEmpty() && !parts.hasFields;
        String id = parts.objectId == null ? ids.objectId() : parts.objectId;
        return new EncodedRow(
                row,
                id,
                onlyLinks ? Optional.empty() : Optional.of(line(id, parts)),
                parts.links,
                parts.given);
    }

    private void take(String field, JsonNode value, Parts parts) {
        switch (field) {
            case "objectId" -> {
                if (!isBlank(value)) {
                    parts.objectId = objectId(value);
                }
            }
            case "createdAt" -> parts.createdAt = time(field, value, parts).orElse(null);
            case "updatedAt" -> parts.updatedAt = time(field, value, parts).orElse(null);
            case "ACL" -> {
                // Null says nothing: what opens an object to everybody must say so.
                if (!value.isNull() && !isBlank(value)) {
                    parts.acl = wire(value, new FieldType.Acl());
                    parts.given.add(field);
                }
                parts.hasFields = true;
            }
            default -> takeField(field, value, parts);
        }
    }

    /// Whether a cell has quotes with nothing between.
    private boolean isBlank(JsonNode value) {
        return cells.isPresent() && value.isString() && value.stringValue().isEmpty();
    }

    /// A value in wire form, which a cell is made into.
    private JsonNode wire(JsonNode value, FieldType type) {
        return cells.isPresent() && value.isString()
                ? cells.get().read(value.stringValue(), type)
                : value;
    }

    private void takeField(String given, JsonNode value, Parts parts) {
        String field = passwordField(given);
        String target = layout.relations().get(field);
        if (target != null) {
            if (!value.isNull() && !isBlank(value)) {
                takeRelation(field, target, wire(value, new FieldType.Relation(target)), parts);
            }
            return;
        }
        parts.hasFields = true;
        Integer position = layout.positions().get(field);
        if (position == null) {
            // A null tells no type: a field that no row has a value for is not made.
            if (!value.isNull() || !ClassNames.isValidField(field)) {
                throw unknown(field);
            }
        } else if (value.isNull()) {
            parts.nulls.add(field);
            parts.given.add(field);
        } else {
            FieldType type = layout.fields().get(position).type();
            if (isBlank(value)
                    && (!(type instanceof FieldType.Text) || layout.system().contains(field))) {
                return;
            }
            JsonNode wire = wire(value, type);
            if (field.equals(PASSWORD_HASH) && !HASH.matcher(wire.asString("")).matches()) {
                throw new RialtoException(
                        ErrorCode.PASSWORD_MISSING,
                        "passwords can only be imported as bcrypt or argon2id hashes");
            }
            parts.values[position] = wire;
            parts.given.add(field);
        }
    }

    private String passwordField(String field) {
        if (!layout.className().equals("_User")) {
            return field;
        }
        if (field.equals("password")) {
            throw new RialtoException(
                    ErrorCode.PASSWORD_MISSING,
                    "a plain password can't be imported; give its bcrypt hash as bcryptPassword");
        }
        return field.equals("bcryptPassword") ? PASSWORD_HASH : field;
    }

    private static RialtoException unknown(String field) {
        String shown = field.length() <= 100 ? field : field.substring(0, 100) + "...";
        return new RialtoException(
                ErrorCode.INVALID_KEY_NAME,
                ClassNames.isValidField(field)
                        ? "the schema has no field " + shown
                        : "Invalid field name: " + shown + ".");
    }

    private static void takeRelation(String field, String target, JsonNode value, Parts parts) {
        if (value.path("__type").asString("").equals("Relation")
                && value.path("className").asString("").equals(target)) {
            parts.hasFields = true;
            return;
        }
        if (!value.path("__op").asString("").equals("AddRelation")) {
            throw new RialtoException(
                    ErrorCode.INCORRECT_TYPE,
                    "the relation "
                            + field
                            + " takes {\"__op\": \"AddRelation\", \"objects\": []}");
        }
        for (JsonNode pointer : value.path("objects")) {
            ColumnText.requireType(field, new FieldType.Pointer(target), pointer);
            parts.links.add(new Link(field, objectId(pointer.path("objectId"))));
        }
    }

    private static String objectId(JsonNode value) {
        String id = value.asString("");
        if (!value.isString() || id.isEmpty() || id.length() > MAX_ID_LENGTH) {
            throw new RialtoException(
                    ErrorCode.INVALID_KEY_NAME,
                    "objectId must be a string of 1 to " + MAX_ID_LENGTH + " characters");
        }
        return id;
    }

    private Optional<Instant> time(String field, JsonNode value, Parts parts) {
        parts.hasFields = true;
        if (value.isNull() || isBlank(value)) {
            return Optional.empty();
        }
        JsonNode wire = wire(value, new FieldType.Date());
        String text =
                wire.path("__type").asString("").equals("Date")
                        ? wire.path("iso").asString("")
                        : wire.asString("");
        parts.given.add(field);
        return Optional.of(
                DateText.read(text)
                        .orElseThrow(() ->
                                new RialtoException(
                                        ErrorCode.INCORRECT_TYPE,
                                        field + " must be a time like 2026-01-31T12:00:00.000Z")));
    }

    private byte[] line(String objectId, Parts parts) {
        Instant now = clock.instant();
        Instant created = parts.createdAt == null ? now : parts.createdAt;
        var line = new CopyLine();
        line.value(objectId);
        line.value(ColumnText.time(created));
        line.value(ColumnText.time(parts.updatedAt == null ? created : parts.updatedAt));
        if (parts.acl == null || parts.acl.isNull()) {
            line.none().none();
        } else {
            line.array(List.of(FieldValues.allowed(parts.acl, "read")));
            line.array(List.of(FieldValues.allowed(parts.acl, "write")));
        }
        if (parts.nulls.isEmpty()) {
            line.none();
        } else {
            line.array(parts.nulls);
        }
        for (int i = 0; i < parts.values.length; i++) {
            JsonNode value = parts.values[i];
            if (value == null) {
                line.none();
            } else {
                Layout.Column column = layout.fields().get(i);
                line.value(ColumnText.of(column.field(), column.type(), value));
            }
        }
        return line.finish();
    }
}
