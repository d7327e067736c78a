package dev.rialto.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.RialtoException;
import dev.rialto.testing.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntUnaryOperator;

/// A fleet in a simulation and its callers.
final class SimulatedLoad {
    private static final DeclaredMemory UNLIMITED = new DeclaredMemory(Long.MAX_VALUE);

    static final Scale SCALE = new Scale(0, 8, 4, 10_000, Duration.ofMinutes(2));

    /// Calls in a second: 30 of them are 6 at once.
    static final IntUnaryOperator STEP = second -> second < 20 || second >= 80 ? 2 : 30;

    static final IntUnaryOperator SPIKE = second -> second == 30 ? 150 : 2;

    static final IntUnaryOperator SAWTOOTH = second -> 2 * (second % 20);

    /// Five minutes stand for a day.
    static final IntUnaryOperator DAY =
            second -> (int) Math.round(12 - 12 * Math.cos(second * 2 * Math.PI / 300));

    private static final Duration SERVICE = Duration.ofMillis(200);
    private static final Duration MAX_WAIT = Duration.ofSeconds(30);

    private final Simulation simulation;
    private final Simulation.Node node;
    private final Fleet<SimulatedInstance> fleet;
    private final List<Long> waits = new ArrayList<>();
    private final List<Integer> called = new ArrayList<>();
    private final List<Integer> instances = new ArrayList<>();
    private final List<Integer> queued = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private int calls;

    SimulatedLoad(Simulation simulation, String app, Capacity capacity) {
        this.simulation = simulation;
        this.node = simulation.node(app);
        this.fleet = new Fleet<>(app, SCALE, capacity, this::start, node, _ -> {});
    }

    private SimulatedInstance start() {
        node.sleep(Duration.ofMillis(150 + simulation.random().nextInt(250)));
        return new SimulatedInstance();
    }

    /// Puts load on a node that has room for every instance, and lets time pass.
    ///
    /// @param idle how long nothing is called afterwards, in seconds
    static SimulatedLoad run(
            Simulation simulation, IntUnaryOperator callsInSecond, int seconds, int idle) {
        var load = new SimulatedLoad(simulation, "app", new Capacity(100, 100, UNLIMITED));
        load.follow(callsInSecond, seconds);
        simulation.run(Duration.ofSeconds(seconds + 1));
        load.assertAllServed();
        simulation.run(Duration.ofSeconds(idle));
        return load;
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
                                node.sleep(Duration.ofSeconds(1));
                                called.add(wanted);
                                instances.add(fleet.instances().size());
                                queued.add(fleet.waiting());
                            }
                        })
                .start();
    }

    private void call(Duration after) {
        node.sleep(after);
        long begun = node.nanos();
        calls++;
        try {
            long waited =
                    fleet.call(
                            MAX_WAIT,
                            _ -> {
                                long taken = node.nanos() - begun;
                                node.sleep(SERVICE);
                                return taken;
                            });
            waits.add(waited);
        } catch (RialtoException told) {
            refused.add(told.getMessage());
        }
    }

    Simulation.Node node() {
        return node;
    }

    Fleet<SimulatedInstance> fleet() {
        return fleet;
    }

    /// How many calls began in each second.
    List<Integer> called() {
        return called;
    }

    /// How many instances there were at the end of each second.
    List<Integer> instances() {
        return instances;
    }

    /// How many calls waited at the end of each second.
    List<Integer> queued() {
        return queued;
    }

    /// The time that so many percent of the calls did not wait longer than.
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
