package dev.rialto.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.store.ChangeLog.Page;
import dev.rialto.store.ChangeLog.Scope;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangeLogTest {
    private static final Scope ALL = new Scope.Everything();
    private static final int OBJECTS = 40;

    @TempDir private static Path home;
    private static DataFolder folder;
    private static EmbeddedPostgreSql postgres;
    private static Database database;
    private static ChangeLog log;

    @BeforeAll
    static void start() {
        folder = DataFolder.claim(home).orElseThrow();
        postgres = EmbeddedPostgreSql.startForgetful(folder);
        database = Database.open(postgres.settings());
        log = new ChangeLog(database);
        new Migrations(database).migratePlatform();
        new ChangePartitions(database, Clock.systemUTC(), Duration.ofHours(8)).keep();
        run("create schema app_a");
    }

    @AfterAll
    static void stop() {
        database.close();
        postgres.close();
        folder.close();
    }

    @BeforeEach
    void emptyTables() {
        for (String table : List.of("Thing", "Other")) {
            run("drop table if exists app_a.\"" + table + "\"");
            run(
                    "create table app_a.\""
                            + table
                            + "\" (\"objectId\" text primary key, n int not null, secret text)");
            database.query(
                    Sql.of(
                            "select rialto.log_changes_of(?::regclass, 'objectId', ?)::text",
                            "app_a.\"" + table + "\"",
                            new String[] {"secret"}),
                    row -> true);
        }
    }

    @Test
    void reportsWhatAnObjectWasAndIs() {
        LogPosition start = log.end();
        run("insert into app_a.\"Thing\" values ('one', 1, 'hush')");
        run("update app_a.\"Thing\" set n = 2");
        run("delete from app_a.\"Thing\"");

        List<Change> changes = read(start).changes();

        assertThat(changes).extracting(Change::key).containsExactly("one", "one", "one");
        assertThat(changes).extracting(Change::schema).containsOnly("app_a");
        assertThat(changes).extracting(Change::table).containsOnly("Thing");
        String first = "{\"n\": 1, \"objectId\": \"one\"}";
        String second = "{\"n\": 2, \"objectId\": \"one\"}";
        assertThat(changes)
                .extracting(Change::before)
                .containsExactly(Optional.empty(), Optional.of(first), Optional.of(second));
        assertThat(changes)
                .extracting(Change::after)
                .containsExactly(Optional.of(first), Optional.of(second), Optional.empty());
    }

    @Test
    void tellsTheRequestThatMadeAChange() {
        LogPosition start = log.end();
        database.inTransaction(() -> {
            ChangeLog.nameRequest(database, "r-1");
            return database.update(Sql.of("insert into app_a.\"Thing\" values ('one', 1)"));
        });
        run("insert into app_a.\"Thing\" values ('two', 1)");

        assertThat(read(start).changes())
                .extracting(Change::requestId)
                .containsExactly(Optional.of("r-1"), Optional.empty());
    }

    @Test
    void tellsEveryObjectOfATableThatIsEmptied() {
        run("insert into app_a.\"Thing\" select 'o' || i, i, 's' from generate_series(1, 50) as i");
        LogPosition start = log.end();
        run("truncate app_a.\"Thing\"");

        List<Change> changes = read(start).changes();

        assertThat(changes).hasSize(50).allMatch(each -> each.after().isEmpty());
        assertThat(changes).noneMatch(each -> each.before().orElse("").contains("secret"));
    }

    @Test
    void endsAPageWhenItGetsLarge() {
        run("drop table if exists app_a.\"Large\"");
        run("create table app_a.\"Large\" (\"objectId\" text primary key, body text)");
        database.query(
                Sql.of(
                        "select rialto.log_changes_of('app_a.\"Large\"', 'objectId', '{}')"
                                + "::text"),
                row -> true);
        LogPosition start = log.end();
        run(
                "insert into app_a.\"Large\" select i, string_agg(md5(random()::text), '')"
                        + " from generate_series(1, 9) as i, generate_series(1, 40000) as part"
                        + " group by i");

        List<Integer> pages = new ArrayList<>();
        LogPosition at = start;
        boolean isLast = false;
        while (!isLast) {
            Page page = read(at);
            pages.add(page.changes().size());
            at = page.next();
            isLast = page.isLast();
        }

        assertThat(pages).allMatch(size -> size < 9);
        assertThat(pages.stream().mapToInt(each -> each).sum()).isEqualTo(9);
    }

    @Test
    void revealsNothingThatWasRolledBack() {
        LogPosition start = log.end();
        try {
            database.inTransaction(() -> {
                database.update(Sql.of("insert into app_a.\"Thing\" values ('lost', 1)"));
                throw new IllegalStateException("no");
            });
        } catch (IllegalStateException expected) {
            assertThat(expected).hasMessage("no");
        }
        run("insert into app_a.\"Thing\" values ('kept', 1)");

        assertThat(read(start).changes()).extracting(Change::key).containsExactly("kept");
    }

    @Test
    void holdsBackWhatCommitsWhileAnOlderTransactionRuns() throws Exception {
        LogPosition start = log.end();
        var wrote = new CountDownLatch(1);
        var commit = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> older =
                    threads.submit(() ->
                            database.inTransaction(() -> {
                                database.update(
                                        Sql.of("insert into app_a.\"Thing\" values ('early', 1)"));
                                wrote.countDown();
                                await(commit);
                                return database.update(
                                        Sql.of(
                                                "update app_a.\"Thing\" set n = 9"
                                                        + " where \"objectId\" = 'late'"));
                            }));
            wrote.await();
            run("insert into app_a.\"Thing\" values ('late', 1)");
            Page before = read(start);
            commit.countDown();
            older.get();

            assertThat(before.changes()).isEmpty();
            assertThat(before.isHeldBack()).isTrue();
        }
        Page after = read(start);
        assertThat(after.changes())
                .extracting(each -> each.key() + after(each))
                .containsExactly("early1", "late1", "late9");
        assertThat(after.isHeldBack()).isFalse();
    }

    @Test
    void losesRepeatsAndReordersNothingUnderConcurrentWriters() throws Exception {
        run("insert into app_a.\"Thing\" select 'o' || i, 0 from generate_series(1, 40) as i");
        LogPosition start = log.end();
        Map<String, Integer> replayed = new HashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                writers.add(threads.submit(ChangeLogTest::writeAround));
            }
            LogPosition at = start;
            while (writers.stream().anyMatch(each -> !each.isDone())) {
                at = replay(at, replayed, 7);
            }
            for (Future<?> each : writers) {
                each.get();
            }
            replay(replay(at, replayed, 100_000), replayed, 100_000);
        }
        Map<String, Integer> stored = new HashMap<>();
        database.query(
                Sql.of("select \"objectId\", n from app_a.\"Thing\" where n > 0"),
                row -> stored.put(row.getString(1), row.getInt(2)));
        assertThat(replayed).isEqualTo(stored).isNotEmpty();
    }

    /// Increments two objects in a transaction, in no fixed order of numbers.
    private static void writeAround() {
        var random = ThreadLocalRandom.current();
        for (int i = 0; i < 60; i++) {
            int low = random.nextInt(1, OBJECTS);
            int high = random.nextInt(low + 1, OBJECTS + 1);
            database.inTransaction(() -> {
                increment(low);
                Thread.onSpinWait();
                return increment(high);
            });
        }
    }

    private static int increment(int object) {
        return database.update(
                Sql.of(
                        "update app_a.\"Thing\" set n = n + 1 where \"objectId\" = ?",
                        "o" + object));
    }

    /// Reads to the end in pages, and fails on a gap, a repetition or a wrong order.
    private LogPosition replay(LogPosition from, Map<String, Integer> state, int limit) {
        LogPosition at = from;
        while (true) {
            Page page = log.read(token(at), ALL, limit).orElseThrow();
            for (Change each : page.changes()) {
                int n = Integer.parseInt(after(each));
                assertThat(n).isEqualTo(state.getOrDefault(each.key(), 0) + 1);
                state.put(each.key(), n);
            }
            at = page.next();
            if (page.isLast()) {
                return at;
            }
        }
    }

    /// The position as a client brings it back.
    private static LogPosition token(LogPosition position) {
        return LogPosition.read(position.token()).orElseThrow();
    }

    @Test
    void goesOnFromTheMiddleOfATransaction() {
        LogPosition start = log.end();
        run("insert into app_a.\"Thing\" select 'o' || i, i from generate_series(1, 5) as i");

        Page first = log.read(start, ALL, 2).orElseThrow();
        Page second = log.read(token(first.next()), ALL, 10).orElseThrow();

        assertThat(first.changes()).extracting(Change::key).containsExactly("o1", "o2");
        assertThat(first.isLast()).isFalse();
        assertThat(second.changes()).extracting(Change::key).containsExactly("o3", "o4", "o5");
        assertThat(read(second.next()).changes()).isEmpty();
    }

    @Test
    void readsOnlyTheTablesThatAreAskedFor() {
        LogPosition start = log.end();
        run("insert into app_a.\"Thing\" values ('t', 1)");
        run("insert into app_a.\"Other\" values ('o', 1)");

        var scope = new Scope.Tables("app_a", List.of("Other"));

        assertThat(log.read(start, scope, 10).orElseThrow().changes())
                .extracting(Change::key)
                .containsExactly("o");
    }

    @Test
    void saysSoWhenItDoesNotReachBack() {
        LogPosition start = log.end();
        run("insert into app_a.\"Thing\" values ('gone', 1)");
        LogPosition end = log.end();
        Clock tomorrow = Clock.fixed(Instant.now().plus(Duration.ofDays(1)), ZoneOffset.UTC);

        new ChangePartitions(database, tomorrow, Duration.ofHours(8)).keep();
        new ChangePartitions(database, Clock.systemUTC(), Duration.ofHours(8)).keep();
        run("insert into app_a.\"Thing\" values ('later', 1)");

        assertThat(log.read(start, ALL, 10)).isEmpty();
        assertThat(log.read(end, ALL, 10).orElseThrow().changes())
                .extracting(Change::key)
                .containsExactly("later");
        var foreign = new LogPosition("00000000", end.number());
        assertThat(log.read(foreign, ALL, 10)).isEmpty();
        var future = new LogPosition(end.log(), end.number() + 1_000_000);
        assertThat(log.read(future, ALL, 10)).isEmpty();
    }

    @Test
    void reachesListenersOfEveryNode() throws Exception {
        try (var one = new Node();
                var two = new Node()) {
            one.database.update(Sql.of("insert into app_a.\"Thing\" values ('one', 1)"));
            two.database.update(Sql.of("insert into app_a.\"Thing\" values ('two', 1)"));
            for (Node node : List.of(one, two)) {
                assertThat(node.next()).isEqualTo("one");
                assertThat(node.next()).isEqualTo("two");
            }
        }
    }

    @Test
    void tellsWhichRowsHaveChangedWithoutThem() {
        LogPosition start = log.end();
        run("insert into app_a.\"Thing\" values ('one', 1)");
        run("delete from app_a.\"Thing\"");

        Page whole = read(start);
        Page keys = log.read(start, new Scope.Keys(), 1_000).orElseThrow();
        Page first = log.read(start, new Scope.Keys(), 1).orElseThrow();

        assertThat(keys.next()).isEqualTo(whole.next());
        assertThat(keys.changes())
                .extracting(each -> each.schema() + each.table() + each.key())
                .containsExactly("app_aThingone", "app_aThingone");
        assertThat(keys.changes())
                .allMatch(each -> each.before().isEmpty() && each.after().isEmpty());
        assertThat(first.isLast()).isFalse();
        assertThat(first.next()).isEqualTo(keys.changes().getFirst().position());
    }

    @Test
    void getsOnWhereSomeTransactionHoldsBackTheEndAtAnyMoment() throws Exception {
        try (var node = new Node();
                var chain = new Chain()) {
            chain.next();
            long then = System.nanoTime();
            while (!node.tail.isWithin(Duration.ofNanos(System.nanoTime() - then))) {
                chain.next();
                Thread.sleep(20);
            }
        }
    }

    @Test
    void knowsThatItFallsBehindWhileATransactionHoldsBackOthers() throws Exception {
        try (var node = new Node();
                var chain = new Chain()) {
            chain.next();
            while (node.tail.isWithin(Duration.ofMillis(1_500))) {
                Thread.sleep(5);
            }
        }
    }

    /// Transactions of which each begins to write before the one before it ends.
    private static final class Chain implements AutoCloseable {
        private @Nullable Connection open;
        private int number;

        void next() throws SQLException {
            Connection next = database.dataSource().getConnection();
            next.setAutoCommit(false);
            try (Statement statement = next.createStatement()) {
                statement.execute(
                        "insert into app_a.\"Thing\" values ('chained " + number++ + "', 1)");
            }
            close();
            open = next;
        }

        @Override
        public void close() throws SQLException {
            if (open != null) {
                open.commit();
                open.setAutoCommit(true);
                open.close();
            }
        }
    }

    private static final class Node implements AutoCloseable, ChangeSource.Listener {
        private final Database database = Database.open(postgres.settings());
        private final Invalidations invalidations =
                Invalidations.start(database, postgres.settings());
        private final ChangeTail tail = ChangeTail.start(database, invalidations);
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

        Node() {
            tail.follow(this);
        }

        @Override
        public void changed(List<Change> changes, LogPosition next) {
            changes.forEach(each -> heard.add(each.key()));
        }

        @Override
        public void lost(LogPosition next) {
            heard.add("lost");
        }

        String next() throws InterruptedException {
            return String.valueOf(heard.poll(20, TimeUnit.SECONDS));
        }

        @Override
        public void close() {
            tail.close();
            invalidations.close();
            database.close();
        }
    }

    private Page read(LogPosition from) {
        return log.read(from, ALL, 1_000).orElseThrow();
    }

    private static String after(Change change) {
        return change.after().orElseThrow().replaceFirst(".*\"n\": (\\d+).*", "$1");
    }

    private static void run(String sql) {
        database.update(Sql.of(sql));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
    }
}
