package dev.rialto.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.testing.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/// The plots of `docs/isolation.md` show what the code does. With `-Dplots=write` they are written
/// instead.
class ScalingPlotsTest {
    private static final DeclaredMemory UNLIMITED = new DeclaredMemory(Long.MAX_VALUE);

    private static final Path IMAGES = Path.of("..", "..", "docs", "images");
    private static final String CALLS = "calls in a second";
    private static final String INSTANCES = "instances";
    private static final String WAITING = "calls that wait";

    @Test
    void showsAStep() throws Exception {
        check("step", "A load of 30 calls a second for a minute", SimulatedLoad.STEP, 180);
    }

    @Test
    void showsASpike() throws Exception {
        check("spike", "150 calls in one second", SimulatedLoad.SPIKE, 120);
    }

    @Test
    void showsASawtooth() throws Exception {
        check("sawtooth", "A load that rises and breaks off", SimulatedLoad.SAWTOOTH, 120);
    }

    @Test
    void showsADay() throws Exception {
        check("day", "A load that rises and falls slowly", SimulatedLoad.DAY, 600);
    }

    /// Four places for two apps, of which one would like eight.
    @Test
    void showsAFullNode() throws Exception {
        Simulation.forSeeds(
                1,
                1,
                simulation -> {
                    var capacity = new Capacity(4, 3, UNLIMITED);
                    var greedy = new SimulatedLoad(simulation, "greedy", capacity);
                    var modest = new SimulatedLoad(simulation, "modest", capacity);
                    greedy.follow(second -> second < 40 ? 40 : 0, 80);
                    modest.follow(second -> second < 20 ? 0 : 5, 80);
                    simulation.run(Duration.ofSeconds(81));
                    greedy.assertAllServed();
                    modest.assertAllServed();
                    compare(
                            "full-node",
                            new Plot(
                                    "Two apps on a node that has room for four instances",
                                    List.of(
                                            panel(CALLS, greedy.called(), modest.called()),
                                            panel(
                                                    INSTANCES,
                                                    greedy.instances(),
                                                    modest.instances()),
                                            panel(WAITING, greedy.queued(), modest.queued()))));
                });
    }

    private static Plot.Panel panel(String title, List<Integer> greedy, List<Integer> modest) {
        return new Plot.Panel(
                title, List.of(new Plot.Curve("greedy", greedy), new Plot.Curve("modest", modest)));
    }

    private static void check(
            String name, String title, IntUnaryOperator callsInSecond, int seconds)
            throws Exception {
        Simulation.forSeeds(
                1,
                1,
                simulation -> {
                    SimulatedLoad load = SimulatedLoad.run(simulation, callsInSecond, seconds, 0);
                    compare(
                            name,
                            new Plot(
                                    title,
                                    List.of(
                                            Plot.Panel.of(CALLS, load.called()),
                                            Plot.Panel.of(INSTANCES, load.instances()),
                                            Plot.Panel.of(WAITING, load.queued()))));
                });
    }

    private static void compare(String name, Plot plot) throws IOException {
        Path file = IMAGES.resolve("scaling-" + name + ".svg");
        if (System.getProperty("plots", "").equals("write")) {
            Files.createDirectories(IMAGES);
            Files.writeString(file, plot.svg());
        }
        assertThat(file)
                .as("docs/isolation.md says how plots are written again")
                .hasContent(plot.svg());
    }
}
