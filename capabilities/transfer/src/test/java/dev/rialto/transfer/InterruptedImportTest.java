package dev.rialto.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.App;
import dev.rialto.store.DatabaseSettings;
import dev.rialto.store.Sql;
import dev.rialto.testing.TestDatabase;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterruptedImportTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final int ROWS = 60_000;
    private static final int BAD_EVERY = 500;

    @TempDir private Path folder;

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    @Test
    void goesOnAfterAKillWithoutLossOrDuplicates() throws Exception {
        App app = POSTGRES.app("killed");
        Path file = write();
        var random = new Random(1);
        int kills = 0;
        for (int i = 0; i < 3; i++) {
            kills += killWhileImporting(app, file, 1 + random.nextInt(3)) ? 1 : 0;
        }

        ImportReport report =
                new TransferFixture(POSTGRES)
                        .run(ImportRequest.of(app, "Row", file, FileFormat.JSON_LINES));

        assertThat(kills).isPositive();
        assertThat(report.resumedAfter()).isPositive();
        int bad = ROWS / BAD_EVERY;
        assertThat(report.rejected()).isEqualTo(bad);
        assertThat(report.written()).isEqualTo(ROWS - bad);
        assertThat(number(app, "count(*)")).isEqualTo(ROWS - bad);
        assertThat(number(app, "count(DISTINCT n)")).isEqualTo(ROWS - bad);
        assertThat(TransferFixture.lines(folder.resolve("rows.jsonl.rejected.jsonl")))
                .extracting(each -> each.path("line").asInt())
                .hasSize(bad)
                .doesNotHaveDuplicates();
    }

    /// @return whether the process was killed before it was done
    private static boolean killWhileImporting(App app, Path file, int chunks) throws Exception {
        DatabaseSettings settings = POSTGRES.settings();
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                KilledImport.class.getName(),
                                settings.url(),
                                settings.user().orElse(""),
                                settings.password().orElse(""),
                                app.id(),
                                app.schema(),
                                file.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader out = process.inputReader()) {
            int seen = 0;
            while (seen < chunks) {
                String line = out.readLine();
                if (line == null) {
                    return false;
                }
                seen += line.startsWith("IMPORTING") ? 1 : 0;
            }
        } finally {
            process.destroyForcibly();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        return true;
    }

    private Path write() throws IOException {
        Path file = folder.resolve("rows.jsonl");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i = 1; i <= ROWS; i++) {
                // No ids: a row that was written twice would make two objects.
                out.write(
                        i % BAD_EVERY == 0
                                ? "{\"n\":\"bad\"}\n"
                                : "{\"n\":" + i + ",\"text\":\"row " + i + "\"}\n");
            }
        }
        return file;
    }

    private static long number(App app, String expression) {
        return POSTGRES.database()
                .queryFirst(
                        Sql.of("SELECT " + expression + " FROM ")
                                .addName(app.schema())
                                .add(".\"Row\""),
                        row -> row.getLong(1))
                .orElseThrow();
    }
}
