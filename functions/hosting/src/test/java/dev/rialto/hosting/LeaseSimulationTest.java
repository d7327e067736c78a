package dev.rialto.hosting;

import dev.rialto.store.Database;
import dev.rialto.testing.Simulation;
import dev.rialto.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Subscribers over nodes that stop, are killed, pause, lose the database and come back: each event
/// is handled at least once and in order, by the node alone that has the lease. What is asserted at
/// each moment is in [SimulatedCluster].
final class LeaseSimulationTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final Database DATABASE = SimulatedCluster.database(POSTGRES);

    /// Held here, or they would be forgotten with their levels.
    private static final List<Logger> LOGGERS =
            List.of(
                    Logger.getLogger(Subscribers.class.getName()),
                    Logger.getLogger(Subscriber.class.getName()));

    @AfterAll
    static void close() {
        LOGGERS.forEach(each -> each.setLevel(null));
        DATABASE.close();
        POSTGRES.close();
    }

    /// A database that is away is told often.
    @BeforeAll
    static void quieten() {
        LOGGERS.forEach(each -> each.setLevel(Level.OFF));
    }

    @Test
    void handlesEachEventInOrderWhateverHappensToNodes() throws Exception {
        Simulation.forSeeds(1, 20, LeaseSimulationTest::simulate);
    }

    private static void simulate(Simulation simulation) {
        var cluster = SimulatedCluster.create(simulation, DATABASE, POSTGRES.app());
        cluster.start();
        cluster.start();
        for (int i = 0; i < 20; i++) {
            cluster.publish(simulation.random().nextBoolean() ? "paid" : "packed");
            strike(cluster);
            runFor(cluster, simulation.random().nextInt(6));
        }
        // All is well from here on.
        for (int i = 0; i < 300 && !cluster.isAllHandled(); i++) {
            runFor(cluster, 1);
        }
        cluster.assertAllHandled();
    }

    private static void runFor(SimulatedCluster cluster, int seconds) {
        for (int i = 0; i < seconds; i++) {
            cluster.simulation().run(Duration.ofSeconds(1));
            cluster.tellTime();
            cluster.assertTaken();
        }
    }

    private static void strike(SimulatedCluster cluster) {
        Simulation simulation = cluster.simulation();
        List<SimulatedPeer> living = cluster.living();
        SimulatedPeer struck = living.get(simulation.random().nextInt(living.size()));
        switch (simulation.random().nextInt(4)) {
            case 0 -> struck.pause(simulation.upTo(Duration.ofSeconds(30)));
            case 1 -> struck.cutOff(simulation.upTo(Duration.ofSeconds(30)));
            case 2 -> {
                struck.node().kill();
                cluster.start();
            }
            default -> {
                struck.stop();
                cluster.start();
            }
        }
    }
}
