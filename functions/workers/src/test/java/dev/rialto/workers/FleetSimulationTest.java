package dev.rialto.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.RialtoException;
import dev.rialto.testing.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Fleets under loads of many shapes: they follow the load, keep still when it is steady or jumps
/// about, end what nobody needs, and starve nobody.
class FleetSimulationTest {
    private static final DeclaredMemory UNLIMITED = new DeclaredMemory(Long.MAX_VALUE);

    /// 30 calls a second, 6 of them at once, need 2 to 4 instances of 4.
    @Test
    void followsAStepAndKeepsStillOnIt() throws Exception {
        Simulation.forSeeds(
                1,
                5,
                simulation -> {
                    SimulatedLoad load = SimulatedLoad.run(simulation, SimulatedLoad.STEP, 60, 0);
                    assertThat(load.most()).isBetween(2, 5);
                    assertThat(load.turns()).isLessThanOrEqualTo(2);
                    assertThat(load.wait(99)).isLessThan(Duration.ofSeconds(3));
                    assertThat(load.instances().getLast()).isBetween(2, 5);
                });
    }

    @Test
    void endsTheLastInstanceWhenNothingIsCalled() throws Exception {
        Simulation.forSeeds(
                1,
                3,
                simulation -> {
                    SimulatedLoad load = SimulatedLoad.run(simulation, _ -> 5, 30, 60);
                    assertThat(load.fleet().instances()).isNotEmpty();
                    simulation.run(Duration.ofSeconds(90));
                    assertThat(load.fleet().instances()).isEmpty();
                    load.follow(_ -> 5, 10);
                    simulation.run(Duration.ofSeconds(12));
                    load.assertAllServed();
                });
    }

    @Test
    void survivesASpike() throws Exception {
        Simulation.forSeeds(
                1,
                5,
                simulation -> {
                    SimulatedLoad load = SimulatedLoad.run(simulation, SimulatedLoad.SPIKE, 110, 0);
                    assertThat(load.wait(95)).isLessThan(Duration.ofSeconds(12));
                    assertThat(load.turns()).isLessThanOrEqualTo(4);
                    assertThat(load.instances().getLast()).isLessThanOrEqualTo(2);
                });
    }

    /// What comes back within the minute finds its instances still there.
    @Test
    void doesNotSwingWithASawtooth() throws Exception {
        Simulation.forSeeds(
                1,
                5,
                simulation -> {
                    SimulatedLoad load =
                            SimulatedLoad.run(simulation, SimulatedLoad.SAWTOOTH, 100, 0);
                    assertThat(load.turns()).isLessThanOrEqualTo(3);
                    assertThat(load.wait(99)).isLessThan(Duration.ofSeconds(2));
                });
    }

    @Test
    void risesAndFallsWithTheDay() throws Exception {
        Simulation.forSeeds(
                1,
                2,
                simulation -> {
                    SimulatedLoad load = SimulatedLoad.run(simulation, SimulatedLoad.DAY, 300, 0);
                    assertThat(load.most()).isBetween(2, 5);
                    assertThat(load.instances().getLast()).isLessThanOrEqualTo(2);
                    assertThat(load.turns()).isLessThanOrEqualTo(6);
                    assertThat(load.wait(99)).isLessThan(Duration.ofSeconds(1));
                });
    }

    /// Four places for two apps, of which one would like eight: the other gets what it needs, and
    /// all of both are served.
    @Test
    void starvesNobodyWhenTheNodeIsFull() throws Exception {
        Simulation.forSeeds(
                1,
                5,
                simulation -> {
                    var capacity = new Capacity(4, 3, UNLIMITED);
                    var greedy = new SimulatedLoad(simulation, "greedy", capacity);
                    var modest = new SimulatedLoad(simulation, "modest", capacity);
                    greedy.follow(_ -> 40, 40);
                    modest.follow(second -> second < 20 ? 0 : 5, 40);
                    simulation.run(Duration.ofSeconds(75));
                    greedy.assertAllServed();
                    modest.assertAllServed();
                    assertThat(modest.wait(99)).isLessThan(Duration.ofSeconds(1));
                    assertThat(capacity.taken()).isLessThanOrEqualTo(4);
                });
    }

    @Test
    void takesThePlaceOfWhatIsIdle() throws Exception {
        Simulation.forSeeds(
                1,
                3,
                simulation -> {
                    var capacity = new Capacity(2, 2, UNLIMITED);
                    var node = simulation.node("app");
                    List<Fleet<SimulatedInstance>> fleets = new ArrayList<>();
                    node.thread(
                                    "deploy",
                                    () -> {
                                        for (int i = 0; i < 4; i++) {
                                            var fleet =
                                                    new Fleet<>(
                                                            "app",
                                                            SimulatedLoad.SCALE,
                                                            capacity,
                                                            SimulatedInstance::new,
                                                            node,
                                                            _ -> {});
                                            fleet.startFirst();
                                            fleets.add(fleet);
                                            node.sleep(Duration.ofSeconds(1));
                                        }
                                        fleets.getFirst().call(Duration.ofSeconds(5), _ -> true);
                                    })
                            .start();
                    simulation.run(Duration.ofSeconds(10));
                    assertThat(fleets).hasSize(4);
                    assertThat(capacity.taken()).isEqualTo(2);
                    assertThat(fleets.getFirst().instances()).hasSize(1);
                });
    }

    @Test
    void waitsLongerForInstancesThatLeaveAtOnce() throws Exception {
        Simulation.forSeeds(
                1,
                3,
                simulation -> {
                    var node = simulation.node("app");
                    var fleet =
                            new Fleet<>(
                                    "app",
                                    new Scale(1, 4, 4, 100, Duration.ofMinutes(5)),
                                    new Capacity(10, 10, UNLIMITED),
                                    () -> leavingSoon(node),
                                    node,
                                    _ -> {});
                    node.thread("deploy", fleet::startFirst).start();
                    simulation.run(Duration.ofMinutes(2));
                    assertThat(fleet.started()).isBetween(5L, 20L);
                });
    }

    private static SimulatedInstance leavingSoon(Simulation.Node node) {
        var made = new SimulatedInstance();
        node.thread(
                        "leaving",
                        () -> {
                            node.sleep(Duration.ofMillis(50));
                            made.leave();
                        })
                .start();
        return made;
    }

    @Test
    void replacesInstancesThatEnd() throws Exception {
        Simulation.forSeeds(
                1,
                5,
                simulation -> {
                    var load =
                            new SimulatedLoad(simulation, "app", new Capacity(100, 100, UNLIMITED));
                    load.follow(_ -> 20, 60);
                    load.node()
                            .thread(
                                    "killer",
                                    () -> {
                                        for (int i = 0; i < 10; i++) {
                                            load.node().sleep(Duration.ofSeconds(5));
                                            load.fleet().instances().stream()
                                                    .findFirst()
                                                    .ifPresent(each -> each.kill());
                                        }
                                    })
                            .start();
                    simulation.run(Duration.ofSeconds(90));
                    load.assertAllServed();
                    assertThat(load.wait(99)).isLessThan(Duration.ofSeconds(20));
                });
    }

    @Test
    void closesAsSoonAsWhatStartsHasStarted() throws Exception {
        Simulation.forSeeds(
                1,
                3,
                simulation -> {
                    Simulation.Node node = simulation.node("app");
                    var fleet =
                            new Fleet<>(
                                    "app",
                                    new Scale(0, 8, 4, 100, Duration.ofMinutes(2)),
                                    new Capacity(100, 100, UNLIMITED),
                                    () -> {
                                        node.sleep(Duration.ofMillis(300));
                                        return new SimulatedInstance();
                                    },
                                    node,
                                    _ -> {});
                    var closed = new ArrayList<Long>();
                    node.thread(
                                    "call",
                                    () -> {
                                        try {
                                            fleet.call(Duration.ofSeconds(5), _ -> 1);
                                        } catch (RialtoException told) {
                                            // it is closed before it has an instance
                                        }
                                    })
                            .start();
                    node.thread(
                                    "close",
                                    () -> {
                                        node.sleep(Duration.ofMillis(100));
                                        long begun = node.nanos();
                                        fleet.close();
                                        closed.add(node.nanos() - begun);
                                    })
                            .start();
                    simulation.run(Duration.ofMinutes(1));

                    assertThat(closed).hasSize(1);
                    assertThat(closed.getFirst()).isLessThan(Duration.ofSeconds(1).toNanos());
                });
    }

    @Test
    void replacesWhatLeavesAndEndsItWhenItHasDoneItsCalls() throws Exception {
        Simulation.forSeeds(
                1,
                5,
                simulation -> {
                    Simulation.Node node = simulation.node("app");
                    var fleet =
                            new Fleet<>(
                                    "app",
                                    new Scale(0, 1, 4, 10, Duration.ofMinutes(2)),
                                    new Capacity(2, 2, UNLIMITED),
                                    SimulatedInstance::new,
                                    node,
                                    _ -> {});
                    List<String> seen = new ArrayList<>();
                    node.thread(
                                    "long",
                                    () ->
                                            fleet.call(
                                                    Duration.ofSeconds(10),
                                                    mine -> {
                                                        mine.leave();
                                                        node.sleep(Duration.ofSeconds(3));
                                                        seen.add(
                                                                "closed early: " + mine.isClosed());
                                                        return mine;
                                                    }))
                            .start();
                    node.thread(
                                    "next",
                                    () -> {
                                        node.sleep(Duration.ofSeconds(1));
                                        assertThat(fleet.instances()).hasSize(1);
                                        fleet.call(
                                                Duration.ofSeconds(1),
                                                mine -> seen.add("another: " + !mine.isClosed()));
                                    })
                            .start();
                    simulation.run(Duration.ofSeconds(10));
                    assertThat(seen).containsExactly("another: true", "closed early: false");
                });
    }

    @Test
    void tellsCallersWhyNothingStarts() throws Exception {
        Simulation.forSeeds(
                1,
                3,
                simulation -> {
                    Simulation.Node node = simulation.node("app");
                    var fleet =
                            new Fleet<SimulatedInstance>(
                                    "app",
                                    SimulatedLoad.SCALE,
                                    new Capacity(1, 1, UNLIMITED),
                                    () -> {
                                        throw new IllegalStateException("no Java here");
                                    },
                                    node,
                                    _ -> {});
                    List<String> told = new ArrayList<>();
                    node.thread(
                                    "call",
                                    () -> {
                                        try {
                                            fleet.call(Duration.ofSeconds(10), _ -> true);
                                        } catch (RialtoException failure) {
                                            told.add(failure.getMessage());
                                        }
                                    })
                            .start();
                    simulation.run(Duration.ofSeconds(11));
                    assertThat(told)
                            .singleElement()
                            .asString()
                            .contains("this micro app did not start: no Java here");
                });
    }

    @Test
    void keepsThePlaceOfAnInstanceUntilItHasEnded() throws Exception {
        Simulation.forSeeds(
                1,
                3,
                simulation -> {
                    Simulation.Node node = simulation.node("app");
                    var capacity = new Capacity(1, 1, UNLIMITED);
                    var fleet =
                            new Fleet<>(
                                    "app",
                                    SimulatedLoad.SCALE,
                                    capacity,
                                    () -> endingIn(Duration.ofSeconds(2), node),
                                    node,
                                    _ -> {});
                    List<String> seen = new ArrayList<>();
                    node.thread(
                                    "close",
                                    () -> {
                                        fleet.startFirst();
                                        fleet.close();
                                        seen.add("closed: " + capacity.taken());
                                    })
                            .start();
                    node.thread(
                                    "look",
                                    () -> {
                                        node.sleep(Duration.ofSeconds(1));
                                        seen.add("closing: " + capacity.taken());
                                    })
                            .start();
                    simulation.run(Duration.ofSeconds(5));
                    assertThat(seen).containsExactly("closing: 1", "closed: 0");
                });
    }

    private static SimulatedInstance endingIn(Duration time, Simulation.Node node) {
        return new SimulatedInstance(end ->
                node.thread(
                                "end",
                                () -> {
                                    node.sleep(time);
                                    end.run();
                                })
                        .start());
    }
}
