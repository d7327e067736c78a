package dev.rialto.files;

import dev.rialto.files.spi.FileInfo;
import dev.rialto.files.spi.FileLabel;
import dev.rialto.files.spi.FileStorage;
import dev.rialto.files.spi.StorageFullException;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Folders;
import dev.rialto.kernel.Json;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Files in a folder of this machine, or of a network file system: `APP/aa/NAME/content` beside
/// `APP/aa/NAME/facts.json`.
///
/// A file is written in a [StagingFolder] and appears when its directory is renamed, after content
/// and facts are on the disk; it disappears by another rename. So no partial file is ever visible,
/// whatever crashes.
public final class FolderStorage implements FileStorage {
    private static final String CONTENT = "content";
    private static final String FACTS = "facts.json";
    private static final int BUFFER = 64 << 10;

    private final Path root;
    private final StagingFolder staging;
    private final long keepFree;
    private final Clock clock;

    private FolderStorage(Path root, StagingFolder staging, long keepFree, Clock clock) {
        this.root = root;
        this.staging = staging;
        this.keepFree = keepFree;
        this.clock = clock;
    }

    /// Opens a folder, creates it if necessary, and removes what uploads of dead processes left
    /// behind.
    ///
    /// @param keepFree bytes of the disk that files never take
    public static FolderStorage open(Path root, long keepFree, Clock clock) throws IOException {
        Files.createDirectories(root);
        return new FolderStorage(
                root, StagingFolder.open(root.resolve(".staging")), keepFree, clock);
    }

    /// Whether a folder has a file, without opening it.
    public static boolean isIn(Path root, App app, String name) {
        return Files.exists(home(root, app, name).resolve(CONTENT));
    }

    @Override
    public FileInfo put(App app, String name, InputStream content, FileLabel label)
            throws IOException {
        Path stage = staging.newDirectory();
        boolean stored = false;
        try {
            FileInfo facts = write(stage.resolve(CONTENT), content, label);
            writeDurably(stage.resolve(FACTS), toJson(facts));
            sync(stage);
            Path shelf = Files.createDirectories(shelf(root, app, name));
            Files.move(stage, shelf.resolve(FileKey.of(name)), StandardCopyOption.ATOMIC_MOVE);
            stored = true;
            sync(shelf);
            sync(folder(root, app));
            sync(root);
            return facts;
        } catch (IOException failure) {
            throw explained(failure);
        } finally {
            if (!stored) {
                Folders.delete(stage);
            }
        }
    }

    @Override
    public Optional<FileInfo> stat(App app, String name) throws IOException {
        try {
            return Optional.of(fromJson(Files.readAllBytes(home(root, app, name).resolve(FACTS))));
        } catch (NoSuchFileException missing) {
            return Optional.empty();
        } catch (JacksonException damaged) {
            throw new IOException("facts of file " + name + " are damaged", damaged);
        }
    }

    @Override
    public InputStream open(App app, String name, long from) throws IOException {
        SeekableByteChannel channel = Files.newByteChannel(home(root, app, name).resolve(CONTENT));
        boolean positioned = false;
        try {
            channel.position(from);
            positioned = true;
            return Channels.newInputStream(channel);
        } finally {
            if (!positioned) {
                channel.close();
            }
        }
    }

    @Override
    public boolean delete(App app, String name) throws IOException {
        return moveOut(shelf(root, app, name), FileKey.of(name));
    }

    @Override
    public void deleteAll(App app) throws IOException {
        moveOut(root, plain(app.schema()));
    }

    /// A stored file, whatever its name was.
    record Entry(String key, Path home) {
        /// @throws IOException naming the file of the facts, when they are missing or damaged
        FileInfo info() throws IOException {
            Path facts = home.resolve(FACTS);
            try {
                return fromJson(Files.readAllBytes(facts));
            } catch (IOException | JacksonException failure) {
                throw new IOException(
                        facts + " is missing or can't be read (" + failure.getMessage() + ")",
                        failure);
            }
        }

        InputStream open() throws IOException {
            return Files.newInputStream(home.resolve(CONTENT));
        }
    }

    /// All files of an app.
    List<Entry> entries(App app) throws IOException {
        Path folder = folder(root, app);
        if (Files.notExists(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder, 2)) {
            return all.filter(path -> path.getNameCount() == folder.getNameCount() + 2)
                    .sorted()
                    .map(home -> new Entry(home.getFileName().toString(), home))
                    .toList();
        }
    }

    @Override
    public void close() throws IOException {
        staging.close();
    }

    private boolean moveOut(Path directory, String name) throws IOException {
        Path grave = staging.newPath();
        try {
            Files.move(directory.resolve(name), grave, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException missing) {
            return false;
        }
        sync(directory);
        Folders.delete(grave);
        return true;
    }

    private FileInfo write(Path file, InputStream content, FileLabel label) throws IOException {
        MessageDigest digest = FileKey.sha256();
        long length = 0;
        long checkAt = 0;
        var buffer = new byte[BUFFER];
        try (FileChannel out =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int count; (count = content.read(buffer)) >= 0; ) {
                if (length >= checkAt) {
                    requireRoom();
                    checkAt = length + (4 << 20);
                }
                digest.update(buffer, 0, count);
                writeFully(out, ByteBuffer.wrap(buffer, 0, count));
                length += count;
            }
            out.force(true);
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        return new FileInfo(label, length, HexFormat.of().formatHex(digest.digest()), now);
    }

    private static void writeDurably(Path file, byte[] content) throws IOException {
        try (FileChannel out =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            writeFully(out, ByteBuffer.wrap(content));
            out.force(true);
        }
    }

    private static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    /// Makes the names in a directory survive a crash of the machine. Windows neither supports nor
    /// needs that.
    private static void sync(Path directory) throws IOException {
        if (File.separatorChar == '\\') {
            return;
        }
        try (FileChannel open = FileChannel.open(directory, StandardOpenOption.READ)) {
            open.force(true);
        }
    }

    private void requireRoom() throws IOException {
        if (Files.getFileStore(root).getUsableSpace() <= keepFree) {
            throw new StorageFullException(
                    "the disk of " + root + " is full up to files.keep-free");
        }
    }

    /// Recognizes a full disk, which Java reports only by the message.
    private static IOException explained(IOException failure) {
        String text = String.valueOf(failure.getMessage());
        boolean full = text.contains("No space left") || text.contains("quota exceeded");
        return full ? new StorageFullException("the disk is full", failure) : failure;
    }

    /// Whether a path in the folder is that of a file's content.
    static boolean isContent(Path file) {
        return file.endsWith(CONTENT);
    }

    static Path folder(Path root, App app) {
        return root.resolve(plain(app.schema()));
    }

    /// One of the 256 directories over which an app's files are spread.
    private static Path shelf(Path root, App app, String name) {
        String spread = HexFormat.of().formatHex(FileKey.sha256().digest(utf8(name)), 0, 1);
        return folder(root, app).resolve(spread);
    }

    /// Where a file is.
    static Path home(Path root, App app, String name) {
        return shelf(root, app, name).resolve(FileKey.of(name));
    }

    /// The name of an app's folder. Only lower-case letters are kept, so that no two apps collide
    /// on a file system that ignores case.
    private static String plain(String schema) {
        var plain = new StringBuilder();
        for (byte b : utf8(schema)) {
            boolean itself = "abcdefghijklmnopqrstuvwxyz0123456789_-".indexOf(b) >= 0;
            plain.append(itself ? Character.toString(b) : "%" + HexFormat.of().toHexDigits(b));
        }
        return plain.toString();
    }

    private static byte[] toJson(FileInfo facts) {
        ObjectNode json =
                Json.object()
                        .put("contentType", facts.label().contentType())
                        .put("length", facts.length())
                        .put("sha256", facts.digest())
                        .put("createdAt", facts.createdAt().toString());
        json.set("metadata", facts.label().metadata());
        json.set("tags", facts.label().tags());
        return utf8(Json.write(json));
    }

    private static FileInfo fromJson(byte[] text) throws IOException {
        if (!(Json.read(text) instanceof ObjectNode json)
                || !(json.get("metadata") instanceof ObjectNode metadata)
                || !(json.get("tags") instanceof ObjectNode tags)) {
            throw new IOException("facts of a file are damaged");
        }
        return new FileInfo(
                new FileLabel(text(json, "contentType"), metadata, tags),
                json.path("length").longValue(),
                text(json, "sha256"),
                Instant.parse(text(json, "createdAt")));
    }

    private static String text(ObjectNode json, String key) throws IOException {
        JsonNode value = json.path(key);
        if (!value.isString()) {
            throw new IOException("facts of a file lack " + key);
        }
        return value.stringValue();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
