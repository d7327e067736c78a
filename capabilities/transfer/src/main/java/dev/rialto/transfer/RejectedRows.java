package dev.rialto.transfer;

import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The report of rejected rows: one JSON object on each line, with the row's line in the imported
/// file, an error code, the reason and the row. There is no file while nothing was rejected.
final class RejectedRows {
    /// One rejected row.
    record Rejected(long line, int code, String reason, JsonNode row) {
        static Rejected of(long line, RialtoException reason, JsonNode row) {
            return new Rejected(line, reason.number(), reason.getMessage(), row);
        }
    }

    private static final Set<String> WITH_SECRETS = Set.of("_User", "_Session");
    private static final Set<String> SECRETS =
            Set.of("password", "bcryptPassword", "authData", "sessionToken");

    private final Path file;
    private final boolean secrets;

    /// @param secrets whether the rows have what logs users in
    /// @param length how much of an earlier run's report is valid; the rest is cut off
    RejectedRows(Path file, boolean secrets, long length) throws IOException {
        this.file = file;
        this.secrets = secrets;
        if (length == 0) {
            Files.deleteIfExists(file);
        } else if (Files.exists(file)) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(length);
            }
        }
    }

    /// Adds rows and waits until they are on the disk.
    ///
    /// @return the length of the report
    long add(List<Rejected> rows) throws IOException {
        if (rows.isEmpty()) {
            return Files.exists(file) ? Files.size(file) : 0;
        }
        var text = new StringBuilder();
        for (Rejected each : rows) {
            ObjectNode line = Json.object().put("line", each.line());
            if (each.code() != 0) {
                line.put("code", each.code());
            }
            line.put("reason", each.reason());
            line.set("row", withoutSecrets(each.row()));
            text.append(Json.write(line)).append('\n');
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
            return channel.size();
        }
    }

    /// Whether objects of a class have what logs users in.
    static boolean haveSecrets(String className) {
        return WITH_SECRETS.contains(className);
    }

    /// Users and sessions are reported without what logs users in, which may also stand in a row
    /// that can't be read.
    private JsonNode withoutSecrets(JsonNode row) {
        if (!secrets) {
            return row;
        }
        if (!row.isObject()) {
            return Json.nodes().stringNode("***");
        }
        ObjectNode shown = row.asObject().deepCopy();
        for (String field : row.propertyNames()) {
            if (SECRETS.contains(field) || field.startsWith("_")) {
                shown.put(field, "***");
            }
        }
        return shown;
    }
}
