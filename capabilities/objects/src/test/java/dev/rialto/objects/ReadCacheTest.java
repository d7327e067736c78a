package dev.rialto.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.http.Rendered;
import dev.rialto.kernel.Json;
import dev.rialto.model.ClassPermissions;
import dev.rialto.model.ClassSchema;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import dev.rialto.store.Stamps;
import dev.rialto.testing.TestDatabase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// What the cache answers when reads and changes fall between each other in every order.
final class ReadCacheTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final Database DATABASE = POSTGRES.database();
    private static final Stamps STAMPS = DATABASE.stamps();
    private static final String TABLE = "\"app_test\".\"Game\"";
    private static final CacheKey ROW = new CacheKey.Row(TABLE, "one");
    private static final ClassSchema SCHEMA = schema();

    private boolean isCurrent = true;
    private final ReadCache cache = new ReadCache(DATABASE, 1 << 20, () -> isCurrent);
    private int reads;

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    private static ClassSchema schema() {
        return new ClassSchema(
                "Game",
                new LinkedHashMap<>(),
                new ClassPermissions(Map.of(), List.of(), List.of(), Map.of(), Json.object()),
                new LinkedHashMap<>(),
                1);
    }

    private static CacheKey.Query query(String... names) {
        Sql select = Sql.of("SELECT 1 FROM t WHERE _rperm && ?", (Object) names);
        return new CacheKey.Query(TABLE, List.of(), List.of(select));
    }

    /// The list that is answered, of two objects: the number of the reading and the next.
    private String list(Runnable meanwhile) {
        return cache.list(
                        query("list"),
                        SCHEMA,
                        () -> {
                            var list = new RowList.Builder(100);
                            for (String id : List.of("one", "two")) {
                                int number = ++reads;
                                list.add(new RowList.Item(id, answer(number)));
                            }
                            meanwhile.run();
                            return list.build(OptionalLong.of(2));
                        })
                .render(100)
                .getValue();
    }

    private static ReadCache.Answer answer(int number) {
        return new ReadCache.Answer(Rendered.of(out -> out.writeNumber(number)));
    }

    /// What is answered: how often it has been read by then.
    private String ask(CacheKey key) {
        return ask(key, () -> {});
    }

    /// @param meanwhile happens after the read and before the cache gets what was read
    private String ask(CacheKey key, Runnable meanwhile) {
        return text(cache.answer(key, SCHEMA, () -> read(meanwhile)));
    }

    private Optional<ReadCache.Answer> read(Runnable meanwhile) {
        int number = ++reads;
        meanwhile.run();
        return Optional.of(answer(number));
    }

    private static String text(Optional<ReadCache.Answer> answer) {
        return answer.orElseThrow().rendered().getValue();
    }

    @Test
    void readsOnceWhatDoesNotChange() {
        assertThat(List.of(ask(ROW), ask(ROW), ask(query("*")), ask(query("*"))))
                .containsExactly("1", "1", "2", "2");
    }

    @Test
    void forgetsARowThatHasChanged() {
        assertThat(ask(ROW)).isEqualTo("1");
        STAMPS.rowChanged(TABLE, "one");
        assertThat(ask(ROW)).isEqualTo("2");
        assertThat(ask(ROW)).isEqualTo("2");
    }

    @Test
    void keepsARowWhenAnotherHasChangedAndForgetsTheListThatItMayBeIn() {
        assertThat(List.of(ask(ROW), ask(query("*")))).containsExactly("1", "2");
        STAMPS.rowChanged(TABLE, "two");
        assertThat(List.of(ask(ROW), ask(query("*")))).containsExactly("1", "3");
    }

    @Test
    void forgetsRowsAndListsOfATableThatHasChanged() {
        assertThat(List.of(ask(ROW), ask(query("*")))).containsExactly("1", "2");
        STAMPS.tableChanged(TABLE);
        assertThat(List.of(ask(ROW), ask(query("*")))).containsExactly("3", "4");
    }

    @Test
    void keepsNothingThatChangedWhileItWasRead() {
        for (CacheKey key : List.of(ROW, query("*"))) {
            String first = ask(key, () -> STAMPS.rowChanged(TABLE, "one"));
            assertThat(ask(key)).isNotEqualTo(first);
        }
    }

    @Test
    void keepsNothingThatASlowReaderBringsAfterTheNewState() {
        String slow =
                ask(
                        ROW,
                        () -> {
                            STAMPS.rowChanged(TABLE, "one");
                            assertThat(ask(ROW)).isEqualTo("2");
                        });
        assertThat(slow).isEqualTo("1");
        assertThat(ask(ROW)).isNotEqualTo("1");
    }

    @Test
    void answersNobodyInATransactionAndKeepsNothingOfIt() {
        assertThat(ask(ROW)).isEqualTo("1");
        List<String> inside =
                DATABASE.inTransaction(() -> {
                    STAMPS.changingRow(TABLE, "one", () -> true);
                    return List.of(ask(ROW), ask(ROW));
                });
        assertThat(inside).containsExactly("2", "3");
        assertThat(ask(ROW)).isEqualTo("4");
    }

    @Test
    void goesOnAnsweringOthersWhileATransactionIsOpen() throws InterruptedException {
        assertThat(ask(ROW)).isEqualTo("1");
        List<String> others = new ArrayList<>();
        DATABASE.inTransaction(() -> {
            STAMPS.changingRow(TABLE, "one", () -> true);
            join(Thread.ofVirtual().start(() -> others.add(ask(ROW))));
            return true;
        });
        assertThat(others).containsExactly("1");
        assertThat(ask(ROW)).isEqualTo("2");
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
    }

    @Test
    void answersNobodyWhileTheLogIsNotKnown() {
        assertThat(ask(ROW)).isEqualTo("1");
        isCurrent = false;
        assertThat(List.of(ask(ROW), ask(ROW))).containsExactly("2", "3");
        isCurrent = true;
        assertThat(ask(ROW)).isEqualTo("1");
    }

    @Test
    void forgetsWhatWasReadByAnotherStateOfTheClass() {
        assertThat(ask(ROW)).isEqualTo("1");
        String now = text(cache.answer(ROW, schema(), () -> read(() -> {})));
        assertThat(now).isEqualTo("2");
    }

    @Test
    void sharesObjectsBetweenListsAndReadsOfOne() {
        String list = list(() -> {});
        assertThat(list).isEqualTo("{\"results\":[1,2],\"count\":2}");
        assertThat(ask(ROW)).isEqualTo("1");
        assertThat(list(() -> {})).isEqualTo(list);

        STAMPS.rowChanged(TABLE, "three");
        assertThat(list(() -> {})).isEqualTo("{\"results\":[3,4],\"count\":2}");
        assertThat(ask(ROW)).isEqualTo("3");
        STAMPS.rowChanged(TABLE, "one");
        assertThat(ask(ROW)).isEqualTo("5");
    }

    @Test
    void keepsNoObjectOfAListThatChangedWhileItWasRead() {
        list(() -> STAMPS.rowChanged(TABLE, "one"));
        assertThat(ask(ROW)).isEqualTo("3");
        list(() -> STAMPS.tableChanged(TABLE));
        assertThat(ask(ROW)).isEqualTo("6");
        list(STAMPS::everythingChanged);
        assertThat(ask(ROW)).isEqualTo("9");
        assertThat(list(() -> {})).isEqualTo("{\"results\":[10,11],\"count\":2}");
    }

    @Test
    void mixesNoStatesOfAnObjectThatNobodyKnowsToHaveChanged() {
        // Another node has changed it: the list is read with it, and the object before that.
        String one = ask(ROW, () -> list(() -> {}));
        assertThat(one).isEqualTo("1");
        assertThat(list(() -> {})).isEqualTo("{\"results\":[4,5],\"count\":2}");
        assertThat(list(() -> {})).isEqualTo("{\"results\":[4,5],\"count\":2}");
        assertThat(ask(ROW)).isEqualTo("4");
    }

    @Test
    void readsAListAgainWhoseObjectsHadToMakeRoom() {
        var small = new ReadCache(DATABASE, 40_000, () -> true);
        for (int i = 0; i < 2_000; i++) {
            var list = new RowList.Builder(100);
            list.add(new RowList.Item("object " + i, answer(i)));
            RowList found =
                    small.list(
                            query("list " + i % 40),
                            SCHEMA,
                            () -> list.build(OptionalLong.empty()));
            assertThat(found.render(100).getValue()).matches("\\{\"results\":\\[\\d+]}");
        }
    }

    @Test
    void tellsApartWhoAsks() {
        assertThat(List.of(ask(query("*")), ask(query("*", "u1")), ask(query("*", "role:u1"))))
                .containsExactly("1", "2", "3");
        assertThat(List.of(ask(query("*")), ask(query("*", "u1")))).containsExactly("1", "2");
    }

    @Test
    void keepsNoAnswerThatIsLargeBesideAll() {
        String large = "x".repeat(1 << 16);
        for (int i = 0; i < 2; i++) {
            cache.answer(
                    ROW,
                    SCHEMA,
                    () -> {
                        reads++;
                        return Optional.of(
                                new ReadCache.Answer(Rendered.of(out -> out.writeString(large))));
                    });
        }
        assertThat(reads).isEqualTo(2);
    }

    @Test
    void keepsNothingWithoutRoom() {
        var none = new ReadCache(DATABASE, 0, () -> true);
        for (int i = 0; i < 2; i++) {
            none.answer(ROW, SCHEMA, () -> read(() -> {}));
        }
        assertThat(reads).isEqualTo(2);
    }
}
