package dev.rialto.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
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
    void goesOnAfterConnectionsBroke() throws Exception {
        List<Insert> inserts =
                insertWhileBlocked(IntStream.range(0, 20), this::breakConnectionsThatInsert);

        long failed = inserts.stream().filter(each -> fails(each.task)).count();
        database.insert(insert(100));

        assertThat(failed).isBetween(1L, 1L + Runtime.getRuntime().availableProcessors() / 4);
        assertThat(count("id")).isEqualTo(21 - failed);
    }

    private void breakConnectionsThatInsert() {
        var terminate =
                Sql.of(
                        "select pg_terminate_backend(pid) from pg_stat_activity"
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
            var task =
                    new FutureTask<Boolean>(() -> {
                        database.insert(insert(id));
                        return true;
                    });
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

    /// Whether an insert has come as far as to wait for the table.
    private static boolean isBlocked() {
        return database.queryFirst(
                        Sql.of(
                                "select count(*) > 0 from pg_stat_activity where query like"
                                        + " 'insert into thing%' and wait_event_type = 'Lock'"),
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
