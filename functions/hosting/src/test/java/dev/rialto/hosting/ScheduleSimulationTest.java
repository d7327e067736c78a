package dev.rialto.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.functions.spi.Binding;
import dev.rialto.kernel.App;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import dev.rialto.testing.Simulation;
import dev.rialto.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Schedules over nodes that stop, pause, come back, and whose clocks jump.
final class ScheduleSimulationTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final Database DATABASE = POSTGRES.database();
    private static final App APP = POSTGRES.app();
    private static final String MICRO_APP = "clocks";

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    /// A due time that a node claimed.
    private record Claim(String node, Instant due, Instant by) {}

    /// What happened on all nodes.
    private record Journal(List<Claim> claims, List<String> calls) {
        Journal() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    private record Calls(Simulation.Node node, Journal journal) implements BackgroundCalls {
        @Override
        public boolean isKnown(Target target) {
            node.letOthersRun();
            return true;
        }

        @Override
        public void call(Target target, JsonNode input) {
            journal.calls().add(node.name());
        }

        @Override
        public void log(Target target, String level, String message) {
            throw new AssertionError(message);
        }
    }

    /// Lets something happen between any two statements.
    private static final class SharedStore extends ScheduleStore {
        private final Simulation.Node node;
        private final Journal journal;
        private final Runnable between;

        SharedStore(Simulation.Node node, Journal journal, Runnable between) {
            super(DATABASE, node);
            this.node = node;
            this.journal = journal;
            this.between = between;
        }

        @Override
        List<Due> due() {
            node.letOthersRun();
            List<Due> due = super.due();
            if (!due.isEmpty()) {
                between.run();
            }
            node.letOthersRun();
            return due;
        }

        @Override
        boolean claim(Due due, Optional<Instant> next) {
            node.letOthersRun();
            boolean claimed = super.claim(due, next);
            if (claimed) {
                journal.claims().add(new Claim(node.name(), due.at(), node.instant()));
            }
            node.letOthersRun();
            return claimed;
        }
    }

    private static void align(Simulation.Node node, String cron) {
        DATABASE.update(Sql.of("delete from rialto.app"));
        DATABASE.update(
                Sql.of(
                        "insert into rialto.app (id, schema_name) values (?, ?)",
                        APP.id(),
                        APP.schema()));
        var entry = new ScheduleStore.Entry("clocks.tick", new Binding.Schedule(cron, "UTC"));
        new ScheduleStore(DATABASE, node).align(APP, MICRO_APP, Set.of(entry));
    }

    private static void start(Simulation.Node node, Journal journal, Runnable between) {
        var store = new SharedStore(node, journal, between);
        new Schedules(store, new Calls(node, journal), node, node).start();
    }

    private static void assertEachDueTimeOnce(Journal journal) {
        List<Instant> due = journal.claims().stream().map(Claim::due).toList();
        assertThat(due).doesNotHaveDuplicates().isSorted();
        assertThat(journal.claims()).allMatch(each -> !each.by().isBefore(each.due()));
        assertThat(journal.calls()).hasSizeLessThanOrEqualTo(due.size());
    }

    @Test
    void callsEachDueTimeOnceHoweverNodesComeAndGo() throws Exception {
        Simulation.forSeeds(
                1,
                20,
                simulation -> {
                    var journal = new Journal();
                    List<Simulation.Node> nodes = new ArrayList<>();
                    nodes.add(simulation.node("node 0"));
                    nodes.add(simulation.node("node 1"));
                    align(nodes.getFirst(), "* * * * *");
                    nodes.forEach(each -> start(each, journal, () -> {}));
                    for (int i = 2; i < 8; i++) {
                        simulation.run(simulation.upTo(Duration.ofSeconds(90)));
                        Simulation.Node struck =
                                nodes.get(simulation.random().nextInt(nodes.size()));
                        if (simulation.random().nextBoolean()) {
                            struck.pause(simulation.upTo(Duration.ofMinutes(2)));
                        } else {
                            struck.kill();
                            nodes.remove(struck);
                            nodes.add(simulation.node("node " + i));
                            start(nodes.getLast(), journal, () -> {});
                        }
                    }
                    simulation.run(Duration.ofMinutes(5));

                    assertEachDueTimeOnce(journal);
                    // All nodes have run for some minutes, so that nothing is missed and nothing
                    // late.
                    List<Claim> claims = journal.claims();
                    for (Claim each : claims.subList(claims.size() - 2, claims.size())) {
                        assertThat(Duration.between(each.due(), each.by()))
                                .isLessThan(Duration.ofSeconds(2));
                    }
                    assertThat(claims.getLast().due())
                            .isAfter(Simulation.BEGIN.plus(simulation.passed()).minusSeconds(62));
                });
    }

    @Test
    void makesOneCallForAllTimesThatPassedWhileNoNodeRan() throws Exception {
        Simulation.forSeeds(
                1,
                5,
                simulation -> {
                    var journal = new Journal();
                    Simulation.Node former = simulation.node("former");
                    align(former, "* * * * *");
                    start(former, journal, () -> {});
                    simulation.run(Duration.ofSeconds(70));
                    former.kill();
                    simulation.run(simulation.upTo(Duration.ofHours(1)).plusMinutes(2));
                    int before = journal.calls().size();
                    start(simulation.node("next"), journal, () -> {});
                    start(simulation.node("another"), journal, () -> {});
                    Instant now = Simulation.BEGIN.plus(simulation.passed());
                    simulation.run(
                            Duration.between(
                                            now,
                                            now.truncatedTo(ChronoUnit.MINUTES).plusSeconds(58))
                                    .plusMinutes(now.getEpochSecond() % 60 > 55 ? 1 : 0));

                    int missed = now.getEpochSecond() % 60 > 55 ? 2 : 1;
                    assertThat(journal.calls().size() - before).isEqualTo(missed);
                    assertEachDueTimeOnce(journal);
                });
    }

    @Test
    void callsNoDueTimeTwiceWhenClocksJump() throws Exception {
        Simulation.forSeeds(
                1,
                20,
                simulation -> {
                    var journal = new Journal();
                    List<Simulation.Node> nodes =
                            List.of(simulation.node("left"), simulation.node("right"));
                    align(nodes.getFirst(), "* * * * *");
                    for (Simulation.Node each : nodes) {
                        Runnable jump =
                                () -> {
                                    if (simulation.random().nextInt(3) == 0) {
                                        each.moveClock(
                                                simulation
                                                        .upTo(Duration.ofSeconds(20))
                                                        .minusSeconds(10));
                                    }
                                };
                        start(each, journal, jump);
                    }
                    for (int i = 0; i < 5; i++) {
                        simulation.run(simulation.upTo(Duration.ofMinutes(3)));
                        nodes.get(i % 2)
                                .moveClock(
                                        simulation
                                                .upTo(Duration.ofHours(2))
                                                .minus(Duration.ofHours(1)));
                    }

                    List<Instant> due = journal.claims().stream().map(Claim::due).toList();
                    assertThat(due).isNotEmpty().doesNotHaveDuplicates().isSorted();
                    assertThat(journal.calls()).hasSizeLessThanOrEqualTo(due.size());
                });
    }
}
