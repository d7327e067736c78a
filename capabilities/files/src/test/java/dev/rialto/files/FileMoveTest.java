package dev.rialto.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.files.FilesPlace.Kind;
import dev.rialto.files.spi.FileInfo;
import dev.rialto.files.spi.FileLabel;
import dev.rialto.files.spi.FileStorage;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.SetupException;
import dev.rialto.store.Sql;
import dev.rialto.testing.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileMoveTest {
    private static final FileLabel LABEL =
            new FileLabel("text/plain", Json.object().put("a", "ü"), Json.object());

    @TempDir private Path folder;

    @Test
    void movesFilesOfAllNamesAndGoesOnAfterADamagedOne() throws IOException {
        try (var postgres = TestDatabase.create()) {
            List<App> apps = List.of(postgres.app("first"), postgres.app("second"));
            Map<String, FileInfo> stored = new LinkedHashMap<>();
            FilesPlace place = place(Kind.FOLDER);
            try (FileStorage here = place.open(postgres.database(), 0)) {
                for (String name : List.of("a.txt", "dir/b.txt", "фото.png")) {
                    for (App app : apps) {
                        stored.put(app.id() + name, put(here, app, name));
                    }
                }
            }
            Path broken = content("dir%2Fb.txt");
            Files.writeString(broken, "damaged");

            assertThatThrownBy(() -> FileMove.intoDatabase(postgres.database(), place, apps))
                    .isInstanceOf(SetupException.class)
                    .hasMessageContaining("is damaged");
            place.open(postgres.database(), 0).close();
            Files.write(broken, new byte[300_000]);
            Path facts = broken.resolveSibling("facts.json");
            byte[] written = Files.readAllBytes(facts);
            Files.delete(facts);
            assertThatThrownBy(() -> FileMove.intoDatabase(postgres.database(), place, apps))
                    .isInstanceOf(SetupException.class)
                    .hasMessageContaining(facts + " is missing");
            Files.write(facts, written);
            long copied = copied(postgres, "app_first") + copied(postgres, "app_second");
            var report = FileMove.intoDatabase(postgres.database(), place, apps);

            assertThat(report.files()).isEqualTo(6 - copied);
            try (FileStorage there = place(Kind.DATABASE).open(postgres.database(), 0)) {
                for (String name : List.of("a.txt", "dir/b.txt", "фото.png")) {
                    for (App app : apps) {
                        assertThat(there.stat(app, name)).contains(stored.get(app.id() + name));
                        try (InputStream in = there.open(app, name, 0)) {
                            assertThat(in.readAllBytes()).hasSize(300_000);
                        }
                    }
                }
            }
            assertThatThrownBy(() -> FileMove.intoDatabase(postgres.database(), place, apps))
                    .hasMessageContaining("already");
        }
    }

    private static long copied(TestDatabase postgres, String schema) {
        return postgres.database()
                .queryFirst(
                        Sql.of("SELECT count(*) FROM ")
                                .addName(schema)
                                .add("._file WHERE key IS NOT NULL"),
                        row -> row.getLong(1))
                .orElseThrow();
    }

    private FilesPlace place(Kind kind) {
        return new FilesPlace(kind, folder, Optional.empty(), Optional.empty());
    }

    private static FileInfo put(FileStorage storage, App app, String name) throws IOException {
        return storage.put(app, name, new ByteArrayInputStream(new byte[300_000]), LABEL);
    }

    /// The content of one of the files with a key.
    private Path content(String key) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> path.endsWith(Path.of(key, "content")))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }
}
