package dev.rialto.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupCommitTest {
    @TempDir private static Path home;
    private static DataFolder folder;
    private static EmbeddedPostgreSql postgres;
    private static Database database;

    @BeforeAll
    static void start() {
        folder = DataFolder.claim(home).orElseThrow();
        postgres = EmbeddedPostgreSql.startForgetful(folder);
        database = Database.open(postgres.settings());
    }

    @AfterAll
    static void stop() {
        database.close();
        postgres.close();
        folder.close();
    }

    @BeforeEach
    void emptyTable() {
        database.update(Sql.of("drop table if exists thing"));
        database.update(Sql.of("create table thing (id int primary key, note text)"));
    }

    @Test
    void commitsTogetherWhatWaitedForAnother() throws Exception {
        insertWhileBlocked(IntStream.range(0, 20));

        assertThat(count("id")).isEqualTo(20);
        assertThat(count("note")).isEqualTo(20);
        // Alone each would have had a transaction of its own.
        assertThat(count("xmin::text")).isBetween(1L, 10L);
    }

    @Test
    void refusesOnlyWhatIsWrong() throws Exception {
        database.insert(insert(7));

        List<Insert> inserts = insertWhileBlocked(IntStream.range(0, 20));

        assertThat(count("id")).isEqualTo(20);
        for (Insert each : inserts) {
            if (each.id == 7) {
                assertThatThrownBy(each.task::get)
                        .isInstanceOf(ExecutionException.class)
                        .cause()
                        .isInstanceOfSatisfying(
                                StoreException.class,
                                refused -> assertThat(refused.isUniqueViolation()).isTrue());
            } else {
                each.task.get();
            }
        }
    }

    /// An insert that waits for a transaction which has inserted the same id.
    private record Blocked(CountDownLatch release, Thread holder, FutureTask<Boolean> insert) {}

    private static Blocked block() throws InterruptedException {
        var release = new CountDownLatch(1);
        var held = new CountDownLatch(1);
        Thread holder =
                Thread.startVirtualThread(() ->
                        database.inTransaction(() -> {
                            database.insert(insert(7));
                            held.countDown();
                            await(release);
                            return true;
                        }));
        held.await();
        var insert =
                new FutureTask<Boolean>(() -> {
                    database.insert(insert(7));
                    return true;
                });
        Thread.startVirtualThread(insert);
        return new Blocked(release, holder, insert);
    }

    @Test
    void aBlockedInsertHoldsUpNobodyElse() throws Exception {
        Blocked blocked = block();
        Thread.sleep(500);
        List<Thread> others = new ArrayList<>();
        for (int i = 10; i < 20; i++) {
            int id = i;
            others.add(Thread.startVirtualThread(() -> database.insert(insert(id))));
        }
        for (Thread each : others) {
            each.join();
        }

        assertThat(count("id")).isEqualTo(10);
        assertThat(blocked.insert().isDone()).isFalse();
        blocked.release().countDown();
        blocked.holder().join();
        assertThat(fails(blocked.insert())).isTrue();
        assertThat(count("id")).isEqualTo(11);
    }

    @Test
    void anInsertThatCameRightAfterABlockedOneIsNotHeldUp() throws Exception {
        Blocked blocked = block();
        Thread.sleep(50);

        // The first waits for the blocked one, the second comes when the first is done.
        database.insert(insert(8));
        database.insert(insert(9));

        assertThat(count("id")).isEqualTo(2);
        assertThat(blocked.insert().isDone()).isFalse();
        blocked.release().countDown();
        blocked.holder().join();
        assertThat(fails(blocked.insert())).isTrue();
    }

    @Test
    void givesEachUpdateOfAGroupItsOwnRow() throws Exception {
        IntStream.range(0, 20).forEach(id -> database.insert(insert(id)));
        // Backwards, and not all of them are there.
        IntStream ids = IntStream.range(0, 30).map(i -> 29 - i);

        List<Insert> updates = writeWhileBlocked(ids, id -> renames(id, "new "), () -> {});

        for (Insert each : updates) {
            assertThat(each.task.get()).as("row %d", each.id).isEqualTo(each.id < 20);
        }
        assertThat(count("note")).isEqualTo(20);
        assertThat(count("xmin::text")).isBetween(1L, 10L);
    }

    @Test
    void failsOnlyTheUpdateWhoseRowIsRejected() throws Exception {
        IntStream.range(0, 20).forEach(id -> database.insert(insert(id)));
        String rejected = "note 7";

        List<Insert> updates =
                writeWhileBlocked(
                        IntStream.range(0, 20),
                        id ->
                                database.updateRow(
                                                update(id, ""),
                                                String.valueOf(id),
                                                row -> {
                                                    if (row.getString(1).equals(rejected)) {
                                                        throw new IllegalArgumentException();
                                                    }
                                                    return true;
                                                })
                                        .orElseThrow(),
                        () -> {});

        assertThat(updates.stream().filter(each -> fails(each.task)).map(Insert::id))
                .containsExactly(7);
    }

    @Test
    void aLockedRowHoldsUpNoUpdateOfAnother() throws Exception {
        IntStream.range(0, 10).forEach(id -> database.insert(insert(id)));
        var release = new CountDownLatch(1);
        var held = new CountDownLatch(1);
        Thread holder =
                Thread.startVirtualThread(() ->
                        database.inTransaction(() -> {
                            boolean renamed = renames(7, "held ");
                            held.countDown();
                            await(release);
                            return renamed;
                        }));
        held.await();
        List<Thread> others = new ArrayList<>();
        var blocked = new FutureTask<Boolean>(() -> renames(7, "blocked "));
        for (int id = 0; id < 10; id++) {
            int other = id;
            if (id == 7) {
                Thread.startVirtualThread(blocked);
            } else {
                others.add(Thread.startVirtualThread(() -> renames(other, "new ")));
            }
        }
        for (Thread each : others) {
            each.join();
        }
        assertThat(blocked.isDone()).isFalse();
        release.countDown();
        holder.join();
        assertThat(blocked.get()).isTrue();
        assertThat(note(7)).isEqualTo("blocked held note 7");
    }

    @Test
    void tellsThatAnUpdateWhichReturnsItsRowIsCommitted() {
        database.insert(insert(7));
        var commits = new AtomicInteger();
        database.onCommit(commits::incrementAndGet);
        try {
            assertThat(renames(7, "new ")).isTrue();
        } finally {
            database.onCommit(() -> {});
        }
        assertThat(commits).hasValue(1);
    }

    /// Renames a row if there is one, and tells whether the answer was about that very row.
    private static boolean renames(int id, String prefix) {
        return database.updateRow(update(id, prefix), String.valueOf(id), row -> row.getString(1))
                .map(note -> note.endsWith("note " + id))
                .orElse(false);
    }

    private static Sql update(int id, String prefix) {
        return Sql.of(
                "update thing set note = ?::text || note where id = ? returning note", prefix, id);
    }

    private static String note(int id) {
        return database.queryFirst(
                        Sql.of("select note from thing where id = ?", id), row -> row.getString(1))
                .orElseThrow();
    }

    @Test
    void goesOnAfterConnectionsBroke() throws Exception {
        List<Insert> inserts =
                insertWhileBlocked(IntStream.range(0, 20), this::breakConnectionsThatInsert);

        long failed = inserts.stream().filter(each -> fails(each.task)).count();
        database.insert(insert(100));

        // A group that broke before its commit is written again, one by one: then none fails.
        assertThat(failed).isLessThanOrEqualTo(1L + Runtime.getRuntime().availableProcessors() / 4);
        assertThat(count("id")).isEqualTo(21 - failed);
    }

    private void breakConnectionsThatInsert() {
        var terminate =
                Sql.of(
                        "select pg_terminate_backend(pid, 10000) from pg_stat_activity"
                                + " where query like 'insert into thing%' and state = 'active'");
        // Who waits for PostgreSQL may have asked it a moment ago: it is not at work yet.
        while (database.query(terminate, row -> row.getBoolean(1)).isEmpty()) {
            Thread.onSpinWait();
        }
    }

    private record Insert(int id, FutureTask<Boolean> task, Thread thread) {}

    private static List<Insert> insertWhileBlocked(IntStream ids) throws Exception {
        return insertWhileBlocked(ids, () -> List.of());
    }

    /// Inserts each id from a thread of its own, while the table is locked, until all wait.
    private static List<Insert> insertWhileBlocked(IntStream ids, Runnable thenWhileBlocked)
            throws Exception {
        return writeWhileBlocked(
                ids,
                id -> {
                    database.insert(insert(id));
                    return true;
                },
                thenWhileBlocked);
    }

    private static List<Insert> writeWhileBlocked(
            IntStream ids, IntPredicate write, Runnable thenWhileBlocked) throws Exception {
        List<Insert> inserts = new ArrayList<>();
        var locked = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        Thread locker =
                Thread.startVirtualThread(() ->
                        database.inTransaction(() -> {
                            database.update(Sql.of("lock table thing in exclusive mode"));
                            locked.countDown();
                            await(release);
                            return true;
                        }));
        locked.await();
        ids.forEach(id -> {
            var task = new FutureTask<Boolean>(() -> write.test(id));
            inserts.add(new Insert(id, task, Thread.startVirtualThread(task)));
        });
        for (Insert each : inserts) {
            while (each.thread.getState() != Thread.State.WAITING
                    && each.thread.getState() != Thread.State.TIMED_WAITING) {
                Thread.sleep(1);
            }
        }
        while (!isBlocked()) {
            Thread.sleep(1);
        }
        thenWhileBlocked.run();
        release.countDown();
        locker.join();
        for (Insert each : inserts) {
            each.thread.join();
        }
        return inserts;
    }

    /// Whether a write has come as far as to wait for the table.
    private static boolean isBlocked() {
        return database.queryFirst(
                        Sql.of(
                                "select count(*) > 0 from pg_stat_activity where wait_event_type ="
                                        + " 'Lock' and (query like 'insert into thing%' or query"
                                        + " like 'update thing%')"),
                        row -> row.getBoolean(1))
                .orElse(false);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
    }

    private static boolean fails(FutureTask<Boolean> task) {
        try {
            return !task.get();
        } catch (ExecutionException _) {
            return true;
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
    }

    private static Sql insert(int id) {
        return Sql.of("insert into thing (id, note) values (?, ?)", id, "note " + id);
    }

    private static long count(String column) {
        return database.queryFirst(
                        Sql.of("select count(distinct " + column + ") from thing"),
                        row -> row.getLong(1))
                .orElseThrow();
    }
}
