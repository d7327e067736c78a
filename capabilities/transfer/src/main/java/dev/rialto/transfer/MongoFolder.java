package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// A Parse Server's database in MongoDB as mongoexport writes it: a folder with a file for each
/// collection, `_User.json`, either with one document on each line or with one array.
final class MongoFolder implements ParseSource {
    private static final Pattern FILE = Pattern.compile("(.+)\\.(?:json|jsonl|ndjson)");
    private static final List<String> OTHERS = List.of(".metadata.json", ".rejected.jsonl");
    private static final String SCHEMA = "_SCHEMA";
    private static final String READING = " parse ";

    private final Path folder;
    private final SortedMap<String, Path> files = new TreeMap<>();

    /// @throws RialtoException when the folder has no classes
    MongoFolder(Path folder) throws IOException {
        this.folder = folder;
        if (!Files.isDirectory(folder)) {
            throw new RialtoException(ErrorCode.NOT_FOUND, "there is no folder " + folder);
        }
        try (Stream<Path> all = Files.list(folder)) {
            all.filter(Files::isRegularFile).forEach(this::add);
        }
        if (!files.containsKey(SCHEMA)) {
            throw new RialtoException(
                    ErrorCode.NOT_FOUND,
                    "there is no file _SCHEMA.json in "
                            + folder
                            + ": export every collection of the database with mongoexport, each"
                            + " to a file with its name");
        }
    }

    private void add(Path file) {
        String name = file.getFileName().toString();
        Matcher parts = FILE.matcher(name);
        if (parts.matches() && OTHERS.stream().noneMatch(name::endsWith)) {
            // Windows has no colons in the names of files.
            files.put(parts.group(1).replace("%3A", ":"), file);
        }
    }

    @Override
    public List<ParseClass> classes() throws IOException {
        return documents(SCHEMA).stream().map(ParseSchemas::ofMongo).toList();
    }

    @Override
    public Optional<RowInput> objects(ParseClass type, Set<String> hidden, ImportNotes notes) {
        return Optional.ofNullable(files.get(type.name()))
                .map(file -> new Input(file, new MongoObjects(type, hidden, notes), false));
    }

    @Override
    public Optional<RowInput> members(String className, String relation, String target) {
        return Optional.ofNullable(files.get(ParseSource.join(className, relation)))
                .map(file -> new Input(file, ParseRows.members(relation, target), true));
    }

    @Override
    public List<ObjectNode> documents(String name) throws IOException {
        List<ObjectNode> documents = new ArrayList<>();
        Path file = files.get(name);
        if (file == null) {
            return documents;
        }
        try (RowSource source = plain(file).open()) {
            for (var row = source.next(); row.isPresent(); row = source.next()) {
                switch (row.get()) {
                    case InputRow.Readable(_, var document, _) -> documents.add(document);
                    case InputRow.Unreadable(long line, _, var reason) ->
                            throw new RialtoException(
                                    reason.code(),
                                    "line " + line + ": " + reason.getMessage(),
                                    reason);
                }
                if (documents.size() > MAX_DOCUMENTS) {
                    throw new RialtoException(
                            ErrorCode.INVALID_JSON, "more than " + MAX_DOCUMENTS + " documents");
                }
            }
            return documents;
        } catch (RialtoException refused) {
            throw new RialtoException(
                    refused.code(), place(name) + ": " + refused.getMessage(), refused);
        }
    }

    @Override
    public Set<String> names() {
        return files.keySet();
    }

    @Override
    public String place(String name) {
        return String.valueOf(files.getOrDefault(name, folder));
    }

    @Override
    public void close() {}

    /// The documents as they are written.
    private static FileInput plain(Path file) throws IOException {
        return new FileInput(
                file, isArray(file) ? FileFormat.JSON : FileFormat.JSON_LINES, CsvOptions.NONE);
    }

    private static boolean isArray(Path file) throws IOException {
        try (InputStream in =
                new CountedStream(new BufferedInputStream(Files.newInputStream(file)))) {
            int first = in.read();
            while (first == ' ' || first == '\t' || first == '\r' || first == '\n') {
                first = in.read();
            }
            return first == '[';
        }
    }

    /// The documents of a collection, converted.
    private record Input(Path file, RowConverter converter, boolean isTyped) implements RowInput {
        @Override
        public RowSource open() throws IOException {
            return new ConvertedSource(plain(file).open(), converter);
        }

        @Override
        public String fingerprint() throws IOException {
            return plain(file).fingerprint() + READING + file.getFileName();
        }

        @Override
        public long size() throws IOException {
            return Files.size(file);
        }
    }
}
