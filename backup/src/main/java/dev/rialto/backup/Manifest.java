package dev.rialto.backup;

import dev.rialto.kernel.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a backup has. It is written when everything else is at the target, so a backup without one
/// is not a backup.
///
/// @param id its place in time: later backups have greater ones
/// @param program the version of Rialto
/// @param origin the data folder that it was made of; a restored one is another
/// @param times when it was made
/// @param log the part of PostgreSQL's log that it has
/// @param contents the objects that it has
/// @param recipients public keys that it is encrypted to
/// @param histories PostgreSQL's histories of timelines, by name
record Manifest(
        String id,
        BackupKind kind,
        String program,
        String origin,
        ClusterSession.Identity cluster,
        Times times,
        Log log,
        Contents contents,
        List<String> recipients,
        Map<String, String> histories) {
    static final int FORMAT = 1;
    static final String FOLDER = "backups/";
    static final String FILE = "/manifest.json";

    Manifest {
        if (!id.matches("\\d{8}T\\d{9}Z")) {
            throw new IllegalArgumentException("not a valid id of a backup: " + id);
        }
        recipients = List.copyOf(recipients);
        histories = Map.copyOf(histories);
        histories
                .keySet()
                .forEach(name -> {
                    if (!name.matches("[0-9A-F]{8}\\.history")) {
                        throw new IllegalArgumentException(
                                "not a valid name of a history: " + name);
                    }
                });
    }

    /// By PostgreSQL's clock.
    ///
    /// @param ended every write up to this time is in the backup
    record Times(Instant begun, Instant ended) {}

    /// @param from where the first file begins
    /// @param to where the last file ends
    /// @param start where recovery begins; the same as `from` in an increment
    record Log(Lsn from, Lsn to, Lsn start) {}

    /// @param parts archives of the cluster
    /// @param segments files of the log, in order
    /// @param files which uploaded files there are: all, or what changed since the last backup
    /// @param secrets whether the archives have `secret.key` and the like
    record Contents(
            List<StoredObject> parts,
            List<StoredObject> segments,
            StoredObject files,
            boolean secrets) {
        Contents {
            parts = List.copyOf(parts);
            segments = List.copyOf(segments);
        }
    }

    static String keyOf(String id) {
        return FOLDER + id + FILE;
    }

    /// Whether another one goes on where this one ends.
    boolean continues(Manifest next) {
        return next.origin.equals(origin)
                && next.cluster.system().equals(cluster.system())
                && next.cluster.timeline() == cluster.timeline()
                && next.log.from().equals(log.to());
    }

    /// Bytes at the target, without uploaded files.
    long size() {
        long parts = contents.parts().stream().mapToLong(StoredObject::size).sum();
        long segments = contents.segments().stream().mapToLong(StoredObject::size).sum();
        return parts + segments + contents.files().size();
    }

    byte[] toBytes() {
        ObjectNode json =
                Json.object()
                        .put("format", FORMAT)
                        .put("id", id)
                        .put("kind", kind.text())
                        .put("rialto", program)
                        .put("origin", origin)
                        .put("postgres", cluster.postgres())
                        .put("system", cluster.system())
                        .put("timeline", cluster.timeline())
                        .put("begun", times.begun().toString())
                        .put("ended", times.ended().toString())
                        .put("from", log.from().toString())
                        .put("to", log.to().toString())
                        .put("start", log.start().toString())
                        .put("secrets", contents.secrets());
        contents.parts().forEach(part -> json.withArray("parts").add(part.toJson()));
        contents.segments().forEach(each -> json.withArray("segments").add(each.toJson()));
        json.set("files", contents.files().toJson());
        recipients.forEach(each -> json.withArray("recipients").add(each));
        new TreeMap<>(histories)
                .forEach((name, text) -> json.withObject("histories").put(name, text));
        ObjectNode sealed = Json.object().put("sha256", digest(json));
        sealed.set("backup", json);
        return Json.write(sealed).getBytes(StandardCharsets.UTF_8);
    }

    /// @throws IOException when it is damaged, or of a later format
    static Manifest of(byte[] bytes) throws IOException {
        try {
            JsonNode sealed = Json.read(bytes);
            JsonNode json = sealed.path("backup");
            if (json.path("format").asInt(0) > FORMAT) {
                throw new IOException(
                        "it was made by Rialto "
                                + json.path("rialto").asString("")
                                + ", newer than this");
            }
            if (!sealed.path("sha256").asString("").equals(digest(json))) {
                throw new TargetReader.DamagedException("its digest differs");
            }
            return read(json);
        } catch (JacksonException | IllegalArgumentException | DateTimeException damaged) {
            throw new TargetReader.DamagedException("it is damaged: " + damaged.getMessage());
        }
    }

    private static Manifest read(JsonNode json) {
        return new Manifest(
                text(json, "id"),
                BackupKind.of(text(json, "kind")),
                text(json, "rialto"),
                text(json, "origin"),
                new ClusterSession.Identity(
                        text(json, "system"),
                        json.path("timeline").asInt(0),
                        json.path("postgres").asInt(0)),
                new Times(Instant.parse(text(json, "begun")), Instant.parse(text(json, "ended"))),
                new Log(
                        Lsn.of(text(json, "from")),
                        Lsn.of(text(json, "to")),
                        Lsn.of(text(json, "start"))),
                new Contents(
                        objects(json.path("parts")),
                        objects(json.path("segments")),
                        StoredObject.of(json.path("files")),
                        json.path("secrets").asBoolean(false)),
                elements(json.path("recipients")).map(each -> each.asString("")).toList(),
                histories(json.path("histories")));
    }

    private static String text(JsonNode json, String key) {
        return json.path(key).asString("");
    }

    private static java.util.stream.Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static List<StoredObject> objects(JsonNode array) {
        return elements(array).map(StoredObject::of).toList();
    }

    private static Map<String, String> histories(JsonNode json) {
        Map<String, String> histories = new TreeMap<>();
        json.properties()
                .forEach(each -> histories.put(each.getKey(), each.getValue().asString("")));
        return histories;
    }

    private static String digest(JsonNode json) {
        return HexFormat.of()
                .formatHex(
                        TargetWriter.sha256()
                                .digest(Json.write(json).getBytes(StandardCharsets.UTF_8)));
    }
}
