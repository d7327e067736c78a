package dev.rialto.cli;

import dev.rialto.apps.AppKeyKind;
import dev.rialto.apps.AppStore;
import dev.rialto.apps.NewKey;
import dev.rialto.kernel.App;
import dev.rialto.kernel.SetupException;
import dev.rialto.server.ServerSettings;
import dev.rialto.server.Storage;
import dev.rialto.store.DataFolder;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

/// The master keys that commands make for themselves in a data folder that they can write. Whoever
/// can do that may read everything anyway, and the folder is closed to others.
final class LocalKeys {
    static final String FILE = "command-keys.properties";

    /// The app that the first start of a server makes.
    static final String FIRST_APP = "app";

    private static final String FOLDER = "rialto-data";

    private final Path folder;
    private final StorageOptions storage;

    /// A key and its app.
    record AppKey(String app, String key) {
        @Override
        public String toString() {
            return "key of " + app;
        }
    }

    private LocalKeys(Path folder, StorageOptions storage) {
        this.folder = folder;
        this.storage = storage;
    }

    /// The data folder that is told, or else is in this folder or one around it.
    static Optional<LocalKeys> near(Path workingFolder, Optional<Path> told) {
        if (told.isPresent()) {
            return Optional.of(new LocalKeys(told.get(), new StorageOptions()));
        }
        for (Path each = workingFolder.toAbsolutePath(); each != null; each = each.getParent()) {
            if (Files.isWritable(each.resolve(FOLDER))) {
                return Optional.of(new LocalKeys(each.resolve(FOLDER), new StorageOptions()));
            }
        }
        return Optional.empty();
    }

    /// The key that was made for an app; when none is told, for the first app or the only one.
    Optional<AppKey> kept(Optional<String> app) {
        Properties all = read();
        Optional<String> chosen =
                app.or(() -> choose(List.copyOf(all.stringPropertyNames())))
                        .filter(all::containsKey);
        return chosen.map(each -> new AppKey(each, all.getProperty(each)));
    }

    /// Makes a key, for a server that is running on the folder.
    AppKey make(Optional<String> app) {
        if (DataFolder.holder(folder).flatMap(ProcessHandle::of).isEmpty()) {
            throw new SetupException(
                    "the server that answers does not run on the data folder "
                            + folder
                            + ": specify its data folder with --data, or give a --master-key");
        }
        ServerSettings settings = storage.settings(Map.of("data", folder.toString()));
        try (Storage opened = Storage.share(settings)) {
            AppStore apps = opened.apps();
            List<String> ids = apps.list().stream().map(App::id).toList();
            String id =
                    app.or(() -> choose(ids))
                            .filter(ids::contains)
                            .orElseThrow(() -> unknown(app, ids));
            NewKey key = apps.generate(AppKeyKind.MASTER);
            apps.addKey(id, key);
            keep(id, key.value());
            return new AppKey(id, key.value());
        }
    }

    Path folder() {
        return folder;
    }

    Path file() {
        return folder.resolve(FILE);
    }

    private static Optional<String> choose(List<String> ids) {
        if (ids.contains(FIRST_APP)) {
            return Optional.of(FIRST_APP);
        }
        return ids.size() == 1 ? Optional.of(ids.getFirst()) : Optional.empty();
    }

    private static SetupException unknown(Optional<String> app, List<String> ids) {
        String all = ids.stream().collect(Collectors.joining(", "));
        return new SetupException(
                app.map(id -> "there is no app " + id + " here, only: " + all)
                        .orElse("choose one of the apps with --app: " + all));
    }

    private Properties read() {
        var all = new Properties();
        if (Files.isReadable(file())) {
            try (Reader reader = Files.newBufferedReader(file())) {
                all.load(reader);
            } catch (IOException | IllegalArgumentException failure) {
                throw new SetupException("can't read " + file() + ": delete it", failure);
            }
        }
        return all;
    }

    private void keep(String app, String key) {
        Properties all = read();
        all.setProperty(app, key);
        try {
            Path part =
                    Files.createTempFile(
                            folder,
                            FILE,
                            ".part",
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            try (Writer writer = Files.newBufferedWriter(part, StandardCharsets.UTF_8)) {
                all.store(
                        writer,
                        "Master keys that ./rialto created for its own use. Keep them safe.");
            }
            Files.move(part, file(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            throw new SetupException("can't write " + file() + ": " + failure.getMessage());
        }
    }
}
