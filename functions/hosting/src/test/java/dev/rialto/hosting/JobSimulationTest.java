package dev.rialto.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.objects.ObjectsCapability;
import dev.rialto.objects.ObjectsSettings;
import dev.rialto.spi.Objects;
import dev.rialto.store.Sql;
import dev.rialto.store.StoreException;
import dev.rialto.testing.Simulation;
import dev.rialto.testing.TestDatabase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The states of jobs over nodes that pause, lose the database and are killed: jobs of a node that
/// is killed fail in time, those of others never do.
final class JobSimulationTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final App APP = POSTGRES.app();

    /// A database that is away is told often.
    private static final Logger LOGGER = Logger.getLogger(RunningJob.class.getName());

    private static final Duration BETWEEN_TIDYINGS = Duration.ofSeconds(30);

    @BeforeAll
    static void quieten() {
        LOGGER.setLevel(Level.OFF);
    }

    @AfterAll
    static void close() {
        LOGGER.setLevel(null);
        POSTGRES.close();
    }

    private record State(String status, String message) {}

    private static Map<String, State> states() {
        Map<String, State> states = new HashMap<>();
        POSTGRES.database()
                .query(
                        Sql.of(
                                "select \"objectId\", status, coalesce(message, '')"
                                        + " from app_test.\"_JobStatus\""),
                        row ->
                                states.put(
                                        row.getString(1),
                                        new State(row.getString(2), row.getString(3))));
        return states;
    }

    /// A node with jobs.
    private static final class Peer {
        private final Simulation simulation;
        private final Simulation.Node node;
        private final JobStates states;
        private final List<String> jobs = new ArrayList<>();
        private Duration troubledUntil = Duration.ZERO;
        private Duration cutOffUntil = Duration.ZERO;

        Peer(Simulation simulation, String name) {
            this.simulation = simulation;
            this.node = simulation.node(name);
            var capability =
                    new ObjectsCapability(
                            POSTGRES.database(),
                            node,
                            (_, file) -> file,
                            ObjectsSettings.defaults(),
                            (_, _) -> {});
            capability.register(new JobStatusRules());
            Objects objects = capability.objects();
            this.states =
                    new JobStates(
                            (Objects)
                                    Proxy.newProxyInstance(
                                            Objects.class.getClassLoader(),
                                            new Class<?>[] {Objects.class},
                                            (_, method, arguments) ->
                                                    call(objects, method, arguments)),
                            node,
                            node);
        }

        private Object call(Objects objects, Method method, Object[] arguments) throws Throwable {
            if (cutOffUntil.compareTo(simulation.passed()) > 0) {
                throw new StoreException(new SQLException("the database is away, as simulated"));
            }
            try {
                return method.invoke(objects, arguments);
            } catch (InvocationTargetException failure) {
                throw failure.getCause();
            }
        }

        void start() {
            states.start();
            node.thread("tidy", this::tidy).start();
        }

        private void tidy() {
            while (true) {
                node.sleep(BETWEEN_TIDYINGS);
                try {
                    states.tidy(APP);
                } catch (StoreException _) {
                    // The database is away.
                }
            }
        }

        boolean isWell() {
            return !node.isKilled() && troubledUntil.compareTo(simulation.passed()) < 0;
        }

        /// Pauses it or takes the database away, for less than what its jobs are given up after.
        void trouble(boolean pause) {
            Duration time = simulation.upTo(Duration.ofSeconds(80));
            Duration end = simulation.passed().plus(time);
            if (pause) {
                node.pause(time);
            } else {
                cutOffUntil = end;
            }
            // It needs a moment to write that its jobs are still there.
            troubledUntil = end.plusSeconds(5);
        }

        void run() {
            RunningJob job = states.begin(APP, "work", Json.object());
            jobs.add(job.statusId());
            node.thread(
                            "job",
                            () -> {
                                for (int i = 0; i < 2; i++) {
                                    node.sleep(simulation.upTo(Duration.ofMinutes(5)));
                                    job.report("step " + i);
                                }
                                job.end("succeeded", Optional.of("done"));
                            })
                    .start();
        }
    }

    @Test
    void givesUpTheJobsOfKilledNodesAlone() throws Exception {
        Simulation.forSeeds(1, 10, JobSimulationTest::simulate);
    }

    private static void simulate(Simulation simulation) {
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            peers.add(new Peer(simulation, "node" + i));
            peers.getLast().start();
        }
        for (int i = 0; i < 40; i++) {
            simulation.run(simulation.upTo(Duration.ofSeconds(20)));
            List<Peer> well = peers.stream().filter(Peer::isWell).toList();
            if (!well.isEmpty()) {
                Peer one = well.get(simulation.random().nextInt(well.size()));
                switch (simulation.random().nextInt(5)) {
                    case 0 -> one.trouble(true);
                    case 1 -> one.trouble(false);
                    case 2 -> {
                        if (simulation.random().nextInt(3) == 0) {
                            one.node.kill();
                            peers.add(new Peer(simulation, "node" + peers.size()));
                            peers.getLast().start();
                        }
                    }
                    default -> one.run();
                }
            }
            assertNoLivingJobIsGivenUp(peers);
        }
        // Longer than any trouble, any job, and the time after which jobs are given up.
        simulation.run(Duration.ofMinutes(13));
        assertNoLivingJobIsGivenUp(peers);
        Map<String, State> states = states();
        for (Peer peer : peers) {
            for (String job : peer.jobs) {
                State state = states.get(job);
                assertThat(state)
                        .as(job)
                        .isIn(
                                peer.node.isKilled()
                                        ? List.of(
                                                new State("failed", JobStates.STOPPED),
                                                new State("succeeded", "done"))
                                        : List.of(new State("succeeded", "done")));
            }
        }
    }

    private static void assertNoLivingJobIsGivenUp(List<Peer> peers) {
        if (peers.stream().allMatch(each -> each.jobs.isEmpty())) {
            return;
        }
        Map<String, State> states = states();
        for (Peer peer : peers) {
            if (!peer.node.isKilled()) {
                assertThat(peer.jobs)
                        .as("the jobs of " + peer.node.name())
                        .allSatisfy(job ->
                                assertThat(states.get(job))
                                        .isNotEqualTo(new State("failed", JobStates.STOPPED)));
            }
        }
    }
}
