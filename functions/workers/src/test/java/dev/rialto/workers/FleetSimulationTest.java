package dev.rialto.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.RialtoException;
import dev.rialto.testing.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/// Fleets under loads of many shapes: they follow the load, keep still when it is steady or jumps
/// about, end what nobody needs, and starve nobody.
class FleetSimulationTest {
    private static final Duration SERVICE = Duration.ofMillis(200);
    private static final Scale SCALE = new Scale(0, 8, 4, 10_000, Duration.ofMinutes(2));

    /// An instance that takes a moment to start.
    private static final class Simulated implements Fleet.Instance {
        private Consumer<String> ended = _ -> {};
        private Runnable left = () -> {};
        private boolean closed;

        @Override
        public void onLeave(Runnable action) {
            left = action;
        }

        @Override
        public void onEnd(Consumer<String> action) {
            ended = action;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /// A fleet and its callers.
    private static final class Load {
        private final Simulation simulation;
        private final Simulation.Node node;
        private final Fleet<Simulated> fleet;
        private final List<Long> waits = new ArrayList<>();
        private final List<Integer> instances = new ArrayList<>();
        private final List<String> refused = new ArrayList<>();
        private int calls;

        Load(Simulation simulation, String app, Capacity capacity) {
            this.simulation = simulation;
            this.node = simulation.node(app);
            this.fleet =
                    new Fleet<>(
                            app,
                            SCALE,
                            capacity,
                            () -> {
                                sleep(
                                        node,
                                        Duration.ofMillis(150 + simulation.random().nextInt(250)));
                                return new Simulated();
                            },
                            node,
                            _ -> {});
        }

        /// Calls so many times in each second, at random moments of it.
        void follow(IntUnaryOperator callsInSecond, int seconds) {
            node.thread(
                            "load",
                            () -> {
                                for (int second = 0; second < seconds; second++) {
                                    int wanted = callsInSecond.applyAsInt(second);
                                    for (int i = 0; i < wanted; i++) {
                                        Duration after = simulation.upTo(Duration.ofSeconds(1));
                                        node.thread("call", () -> call(after)).start();
                                    }
                                    sleep(node, Duration.ofSeconds(1));
                                    instances.add(fleet.instances().size());
                                }
                            })
                    .start();
        }

        private void call(Duration after) {
            sleep(node, after);
            long begun = node.nanos();
            calls++;
            try {
                long waited =
                        fleet.call(
                                Duration.ofSeconds(30),
                                _ -> {
                                    long taken = node.nanos() - begun;
                                    sleep(node, SERVICE);
                                    return taken;
                                });
                waits.add(waited);
            } catch (RialtoException told) {
                refused.add(told.getMessage());
            }
        }

        Duration wait(int percent) {
            Collections.sort(waits);
            return Duration.ofNanos(waits.get((waits.size() - 1) * percent / 100));
        }

        /// How often the number of instances began to rise or to fall.
        int turns() {
            int turns = 0;
            int direction = 0;
            for (int i = 1; i < instances.size(); i++) {
                int now = Integer.signum(instances.get(i) - instances.get(i - 1));
                if (now != 0 && now != direction) {
                    turns++;
                    direction = now;
                }
            }
            return turns;
        }

        int most() {
            return Collections.max(instances);
        }

        void assertAllServed() {
            assertThat(refused).isEmpty();
            assertThat(waits).hasSize(calls);
        }
    }

    private static void sleep(Simulation.Node node, Duration time) {
        node.sleep(time);
    }

    private static Load run(
            Simulation simulation, IntUnaryOperator callsInSecond, int seconds, int idle) {
        var load = new Load(simulation, "app", new Capacity(100, 100));
        load.follow(callsInSecond, seconds);
        simulation.run(Duration.ofSeconds(seconds + 1));
        load.assertAllServed();
        simulation.run(Duration.ofSeconds(idle));
        return load;
    }

    /// 30 calls a second, 6 of them at once, need 2 to 4 instances of 4.
    @Test
    void followsAStepAndKeepsStillOnIt() throws Exception {
        Simulation.forSeeds(
                1,
                5,
                simulation -> {
                    Load load = run(simulation, second -> second < 20 ? 2 : 30, 60, 0);
                    assertThat(load.most()).isBetween(2, 5);
                    assertThat(load.turns()).isLessThanOrEqualTo(2);
                    assertThat(load.wait(99)).isLessThan(Duration.ofSeconds(3));
                    assertThat(load.instances.getLast()).isBetween(2, 5);
                });
    }

    @Test
    void endsTheLastInstanceWhenNothingIsCalled() throws Exception {
        Simulation.forSeeds(
                1,
                3,
                simulation -> {
                    Load load = run(simulation, _ -> 5, 30, 60);
                    assertThat(load.fleet.instances()).isNotEmpty();
                    simulation.run(Duration.ofSeconds(90));
                    assertThat(load.fleet.instances()).isEmpty();
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
                    Load load = run(simulation, second -> second == 30 ? 150 : 2, 110, 0);
                    assertThat(load.wait(95)).isLessThan(Duration.ofSeconds(12));
                    assertThat(load.turns()).isLessThanOrEqualTo(4);
                    assertThat(load.instances.getLast()).isLessThanOrEqualTo(2);
                });
    }

    /// What comes back within the minute finds its instances still there.
    @Test
    void doesNotSwingWithASawtooth() throws Exception {
        Simulation.forSeeds(
                1,
                5,
                simulation -> {
                    Load load = run(simulation, second -> 2 * (second % 20), 100, 0);
                    assertThat(load.turns()).isLessThanOrEqualTo(3);
                    assertThat(load.wait(99)).isLessThan(Duration.ofSeconds(2));
                });
    }

    /// Five minutes stand for a day.
    @Test
    void risesAndFallsWithTheDay() throws Exception {
        Simulation.forSeeds(
                1,
                2,
                simulation -> {
                    Load load =
                            run(
                                    simulation,
                                    second ->
                                            (int)
                                                    Math.round(
                                                            12
                                                                    - 12
                                                                            * Math.cos(
                                                                                    second
                                                                                            * 2
                                                                                            * Math
                                                                                                    .PI
                                                                                            / 300)),
                                    300,
                                    0);
                    assertThat(load.most()).isBetween(2, 5);
                    assertThat(load.instances.getLast()).isLessThanOrEqualTo(2);
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
                    var capacity = new Capacity(4, 3);
                    var greedy = new Load(simulation, "greedy", capacity);
                    var modest = new Load(simulation, "modest", capacity);
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
                    var capacity = new Capacity(2, 2);
                    var node = simulation.node("app");
                    List<Fleet<Simulated>> fleets = new ArrayList<>();
                    node.thread(
                                    "deploy",
                                    () -> {
                                        for (int i = 0; i < 4; i++) {
                                            var fleet =
                                                    new Fleet<>(
                                                            "app",
                                                            SCALE,
                                                            capacity,
                                                            Simulated::new,
                                                            node,
                                                            _ -> {});
                                            fleet.startFirst();
                                            fleets.add(fleet);
                                            sleep(node, Duration.ofSeconds(1));
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
    void replacesInstancesThatEnd() throws Exception {
        Simulation.forSeeds(
                1,
                5,
                simulation -> {
                    var load = new Load(simulation, "app", new Capacity(100, 100));
                    load.follow(_ -> 20, 60);
                    load.node
                            .thread(
                                    "killer",
                                    () -> {
                                        for (int i = 0; i < 10; i++) {
                                            sleep(load.node, Duration.ofSeconds(5));
                                            load.fleet.instances().stream()
                                                    .findFirst()
                                                    .ifPresent(each -> each.ended.accept("killed"));
                                        }
                                    })
                            .start();
                    simulation.run(Duration.ofSeconds(90));
                    load.assertAllServed();
                    assertThat(load.wait(99)).isLessThan(Duration.ofSeconds(20));
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
                                    new Capacity(2, 2),
                                    Simulated::new,
                                    node,
                                    _ -> {});
                    List<String> seen = new ArrayList<>();
                    node.thread(
                                    "long",
                                    () ->
                                            fleet.call(
                                                    Duration.ofSeconds(10),
                                                    mine -> {
                                                        mine.left.run();
                                                        sleep(node, Duration.ofSeconds(3));
                                                        seen.add("closed early: " + mine.closed);
                                                        return mine;
                                                    }))
                            .start();
                    node.thread(
                                    "next",
                                    () -> {
                                        sleep(node, Duration.ofSeconds(1));
                                        assertThat(fleet.instances()).hasSize(1);
                                        fleet.call(
                                                Duration.ofSeconds(1),
                                                mine -> seen.add("another: " + !mine.closed));
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
                            new Fleet<Simulated>(
                                    "app",
                                    SCALE,
                                    new Capacity(1, 1),
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
}
