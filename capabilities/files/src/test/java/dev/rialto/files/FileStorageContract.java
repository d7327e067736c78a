package dev.rialto.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.files.spi.FileInfo;
import dev.rialto.files.spi.FileLabel;
import dev.rialto.files.spi.FileStorage;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What every [FileStorage] must do.
abstract class FileStorageContract {
    static final App ONE = new App("one", "app_one");
    static final App OTHER = new App("other", "app_One");
    static final FileLabel LABEL =
            new FileLabel(
                    "text/plain; charset=utf-8",
                    Json.object().put("a", 1),
                    Json.object().put("t", "ü"));

    abstract FileStorage storage();

    @Test
    void givesBackWhatWasPut() throws IOException {
        FileInfo put = storage().put(ONE, "ab12_x.txt", content("hello"), LABEL);

        assertThat(storage().stat(ONE, "ab12_x.txt")).contains(put);
        assertThat(put.length()).isEqualTo(5);
        assertThat(put.label()).isEqualTo(LABEL);
        assertThat(put.createdAt()).isEqualTo(put.createdAt().truncatedTo(ChronoUnit.SECONDS));
        assertThat(read(ONE, "ab12_x.txt", 0)).isEqualTo("hello");
    }

    @Test
    void readsFromAPosition() throws IOException {
        storage().put(ONE, "positions", content("hello"), LABEL);

        assertThat(read(ONE, "positions", 3)).isEqualTo("lo");
        assertThat(read(ONE, "positions", 5)).isEmpty();
    }

    @Test
    void readsLargeContentFromAnywhere() throws IOException {
        var content = new byte[(1 << 20) + 1];
        new Random(1).nextBytes(content);
        storage().put(ONE, "large", new ByteArrayInputStream(content), LABEL);

        int piece = 256 << 10;
        for (int from : List.of(0, 1, piece - 1, piece, piece + 1, 3 * piece, content.length - 1)) {
            try (InputStream in = storage().open(ONE, "large", from)) {
                assertThat(in.readAllBytes())
                        .isEqualTo(Arrays.copyOfRange(content, from, content.length));
            }
        }
    }

    @Test
    void takesANameOnce() throws IOException {
        storage().put(ONE, "once", content("first"), LABEL);

        assertThatThrownBy(() -> storage().put(ONE, "once", content("second"), LABEL))
                .isInstanceOf(IOException.class);
        assertThat(read(ONE, "once", 0)).isEqualTo("first");
    }

    @Test
    void keepsEveryAllowedName() throws IOException {
        List<String> names =
                List.of(
                        "0123_a b.txt",
                        "dir/sub.dir/0123_x",
                        "0_@.~-_ ",
                        "x".repeat(255),
                        "0_UPPER",
                        "0_upper",
                        "0_content",
                        "facts.json",
                        "0_\u092e\u0930\u093e\u0920\u0940.pdf",
                        "0_" + "\u092e".repeat(120),
                        "0_(1) [a]");
        for (String name : names) {
            storage().put(ONE, name, content(name), LABEL);
        }

        for (String name : names) {
            assertThat(read(ONE, name, 0)).isEqualTo(name);
        }
    }

    @Test
    void keepsAppsApart() throws IOException {
        storage().put(ONE, "mine", content("1"), LABEL);

        assertThat(storage().stat(OTHER, "mine")).isEmpty();
        assertThat(storage().delete(OTHER, "mine")).isFalse();
        assertThat(storage().stat(ONE, "mine")).isPresent();
    }

    @Test
    void hasEqualDigestsForEqualContent() throws IOException {
        FileInfo first = storage().put(ONE, "digest1", content("same"), LABEL);
        FileInfo second = storage().put(ONE, "digest2", content("same"), LABEL);
        FileInfo third = storage().put(ONE, "digest3", content("else"), LABEL);

        assertThat(first.digest()).isEqualTo(second.digest()).isNotEqualTo(third.digest());
        assertThat(first.digest()).matches("[0-9a-f]{32,}");
    }

    @Test
    void knowsNothingOfAMissingFile() throws IOException {
        assertThat(storage().stat(ONE, "missing")).isEmpty();
        assertThat(storage().delete(ONE, "missing")).isFalse();
        assertThatThrownBy(() -> storage().open(ONE, "missing", 0))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void deletesOnce() throws IOException {
        storage().put(ONE, "gone", content("x"), LABEL);

        assertThat(storage().delete(ONE, "gone")).isTrue();
        assertThat(storage().delete(ONE, "gone")).isFalse();
        assertThat(storage().stat(ONE, "gone")).isEmpty();
    }

    @Test
    void keepsNothingOfAPutWhoseSourceFails() throws IOException {
        assertThatThrownBy(() -> storage().put(ONE, "half", broken(), LABEL))
                .isInstanceOf(IOException.class)
                .hasMessage("the line went dead");
        assertThat(storage().stat(ONE, "half")).isEmpty();
        storage().put(ONE, "half", content("whole"), LABEL);
        assertThat(read(ONE, "half", 0)).isEqualTo("whole");
    }

    @Test
    void deletesAllOfOneApp() throws IOException {
        App doomed = new App("doomed", "app_doomed");
        storage().put(doomed, "a", content("x"), LABEL);
        storage().put(doomed, "b", content("y"), LABEL);
        storage().put(ONE, "survivor", content("z"), LABEL);

        storage().deleteAll(doomed);
        storage().deleteAll(doomed);

        assertThat(storage().stat(doomed, "a")).isEmpty();
        assertThat(storage().stat(doomed, "b")).isEmpty();
        assertThat(storage().stat(ONE, "survivor")).isPresent();
        storage().put(doomed, "a", content("again"), LABEL);
        assertThat(read(doomed, "a", 0)).isEqualTo("again");
    }

    @Test
    void takesManyPutsAtOnce() throws Exception {
        List<Callable<FileInfo>> puts =
                IntStream.range(0, 40)
                        .<Callable<FileInfo>>mapToObj(
                                i -> () -> storage().put(ONE, "many" + i, content("c" + i), LABEL))
                        .toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<FileInfo> facts = new ArrayList<>();
            for (Future<FileInfo> put : threads.invokeAll(puts)) {
                facts.add(put.get());
            }
            assertThat(facts).hasSize(40);
        }
        for (int i = 0; i < 40; i++) {
            assertThat(read(ONE, "many" + i, 0)).isEqualTo("c" + i);
        }
    }

    /// Content whose source fails after 300 KB.
    static InputStream broken() {
        return new SequenceInputStream(
                new ByteArrayInputStream(new byte[300_000]),
                new FilterInputStream(InputStream.nullInputStream()) {
                    @Override
                    public int read(byte[] into, int offset, int length) throws IOException {
                        throw new IOException("the line went dead");
                    }
                });
    }

    static InputStream content(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private String read(App app, String name, long from) throws IOException {
        try (InputStream in = storage().open(app, name, from)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
