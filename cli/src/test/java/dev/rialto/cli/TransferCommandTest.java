package dev.rialto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.store.DatabaseSettings;
import dev.rialto.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransferCommandTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();

    @TempDir private Path folder;

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    @Test
    void movesAClassFromOneAppToAnother() throws IOException {
        Path given =
                Files.writeString(
                        folder.resolve("cities.csv"), "name,people\nVenice,51298\nMurano,4506\n");
        Path first = folder.resolve("first.jsonl");
        Path second = folder.resolve("second.jsonl");

        assertThat(run("app", "create", "one")).isZero();
        assertThat(run("app", "create", "two")).isZero();
        assertThat(run("import", "--app", "one", "--class", "City", given.toString())).isZero();
        assertThat(run("export", "--app", "one", "--class", "City", "-o", first.toString()))
                .isZero();
        assertThat(run("import", "--app", "two", "--class", "City", first.toString())).isZero();
        assertThat(run("export", "--app", "two", "--class", "City", "-o", second.toString()))
                .isZero();

        assertThat(first).content().contains("\"name\":\"Venice\",\"people\":51298");
        assertThat(second).hasSameTextualContentAs(first);
    }

    @Test
    void writesTheFormatThatTheFilesNameTells() throws IOException {
        Path given =
                Files.writeString(folder.resolve("towns.csv"), "name;people\nRome;2\nOslo;1\n");
        run("app", "create", "forms");
        run("import", "--app", "forms", "--class", "Town", given.toString());

        assertThat(export("x.csv")).contains("objectId,createdAt,updatedAt,name,people,ACL\n");
        assertThat(export("x.tsv")).contains("Rome\t2\t");
        assertThat(export("x.json")).startsWith("[\n{").endsWith("}\n]\n");
        assertThat(export("x.jsonl")).contains("\"name\":\"Rome\",\"people\":2}\n");
        assertThat(export("x.txt", "--format", "csv", "--delimiter", ";")).contains("Rome;2;");
        assertThat(run("export", "--app", "forms", "--class", "Town", "-o", "x.xlsx")).isOne();
    }

    private String export(String name, String... more) throws IOException {
        Path file = folder.resolve(name);
        List<String> all =
                new ArrayList<>(List.of("export", "--app", "forms", "--class", "Town", "-o"));
        all.add(file.toString());
        all.addAll(List.of(more));
        assertThat(run(all.toArray(String[]::new))).isZero();
        return Files.readString(file);
    }

    @Test
    void endsWithAnErrorWhenRowsAreRejectedOrNothingCanBeDone() throws IOException {
        Path bad = Files.writeString(folder.resolve("bad.jsonl"), "{\"a\":1}\nnonsense\n");
        run("app", "create", "three");

        assertThat(run("import", "--app", "three", "--class", "Bad", bad.toString())).isOne();
        assertThat(run("import", "--app", "nobody", "--class", "Bad", bad.toString())).isOne();
        assertThat(run("import", "--app", "three", "--class", "b d", bad.toString())).isOne();
        assertThat(run("export", "--app", "three", "--class", "Nothing")).isOne();
        assertThat(run("import", "--app", "three", bad.toString())).isEqualTo(2);
        Path unsure = Files.writeString(folder.resolve("unsure.csv"), "code:name\nA:x\n");
        assertThat(run("import", "--app", "three", "--class", "Code", unsure.toString())).isOne();
        assertThat(folder.resolve("bad.jsonl.rejected.jsonl")).content().contains("\"line\":2");
    }

    @Test
    void importsTheDatabaseOfAParseServerWithItsFiles() throws IOException {
        Path old = Files.createDirectory(folder.resolve("old"));
        Path files = Files.createDirectory(folder.resolve("uploads"));
        Files.writeString(old.resolve("_SCHEMA.json"), "{\"_id\":\"Place\",\"photo\":\"file\"}\n");
        Files.writeString(old.resolve("Place.json"), "{\"_id\":\"p1\",\"photo\":\"x.png\"}\n");
        Files.writeString(files.resolve("x.png"), "a photo");
        String from = old.toString();
        String uploads = files.toString();
        String reports = folder.resolve("reports").toString();
        run("app", "create", "moved");

        assertThat(run("import", "--app", "moved", "--from", from, "--files", uploads)).isZero();
        assertThat(run("import", "--app", "moved", "--from", from, "--files", uploads)).isZero();
        assertThat(run("export", "--app", "moved", "--class", "Place", "-o", from + "/out.jsonl"))
                .isZero();
        assertThat(old.resolve("out.jsonl")).content().containsOnlyOnce("\"name\":\"x.png\"");

        Files.writeString(old.resolve("Place.json"), "{\"_id\":\"p2\",\"photo\":3}\n");
        Files.writeString(files.resolve("bad?.png"), "a photo");
        assertThat(run("import", "--app", "moved", "--from", from, "--rejected", reports)).isOne();
        assertThat(Path.of(reports, "Place.rejected.jsonl")).content().contains("\"line\":1");
        assertThat(run("import", "--app", "moved", "--from", from, "--files", uploads)).isOne();
    }

    @Test
    void refusesWhatDoesNotGoWithAWholeDatabase() {
        String from = folder.toString();

        assertThat(run("import", "--app", "x", "--from", from, "--class", "A")).isEqualTo(2);
        assertThat(run("import", "--app", "x", "--from", from, "a.json")).isEqualTo(2);
        assertThat(run("import", "--app", "x", "--from", from, "--null", "NA")).isEqualTo(2);
        assertThat(run("import", "--app", "x", "--class", "A", "--files", from, "a.json"))
                .isEqualTo(2);
        assertThat(run("import", "--app", "x", "--class", "A")).isEqualTo(2);
        assertThat(run("import", "--app", "x", "--from", "mysql://host/db")).isOne();
        assertThat(run("export", "--app", "x")).isEqualTo(2);
    }

    private int run(String... arguments) {
        DatabaseSettings settings = POSTGRES.settings();
        String login = settings.user().orElse("") + ":" + settings.password().orElse("") + "@";
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--data");
        all.add(folder.resolve("data").toString());
        all.add("--database-url");
        all.add(settings.url().replace("jdbc:", "").replace("://", "://" + login));
        return RialtoCommand.run(all.toArray(String[]::new));
    }
}
