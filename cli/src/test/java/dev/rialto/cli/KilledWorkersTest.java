package dev.rialto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of the calls of an isolated micro app when its processes, the server, or both are
/// killed with `kill -9` over them.
class KilledWorkersTest {
    private static final int KILLS = 3;
    private static final int CLIENTS = 4;

    @TempDir private Path home;

    private enum Victim {
        WORKERS(1),
        SERVER(2),
        BOTH(3);

        private final int round;

        Victim(int round) {
            this.round = round;
        }
    }

    @Test
    void tellsAgainOnlyWhatIsCalledAtLeastOnce() throws Exception {
        var witness = new Witness(home.resolve("data"));
        RunningCommand server = witness.serve();
        try {
            witness.deploy();
            for (Victim victim : Victim.values()) {
                Thread caller = witness.begin(victim.round);
                Set<ProcessHandle> started = Witness.processesOf(server);
                kill(victim, server);
                if (victim != Victim.WORKERS) {
                    Witness.awaitEndOf(started);
                    long killed = server.pid();
                    server.close();
                    server = witness.serve();
                    witness.expireLeases();
                    awaitSwept(killed);
                }
                caller.join();
                witness.finish(victim.round);
            }
            assertToldAgain(witness);
            assertThat(witness.answer(Victim.WORKERS.round)).contains("141", "the worker ended");
            assertThat(witness.answer(Victim.SERVER.round)).isEqualTo("cut");
            assertThat(witness.answer(Victim.BOTH.round))
                    .isIn("cut", witness.answer(Victim.WORKERS.round));
            assertThat(witness.jobStatus(Victim.WORKERS.round))
                    .contains("failed", "the worker ended");
        } finally {
            server.close();
        }
    }

    private static void kill(Victim victim, RunningCommand server) throws Exception {
        Set<ProcessHandle> workers = Witness.workersOf(server);
        assertThat(workers).isNotEmpty();
        if (victim == Victim.SERVER) {
            // Stopped, they can't notice that the server is gone: the system has to end them.
            for (ProcessHandle each : workers) {
                new ProcessBuilder("kill", "-STOP", String.valueOf(each.pid())).start().waitFor();
            }
        } else {
            workers.forEach(ProcessHandle::destroyForcibly);
        }
        if (victim != Victim.WORKERS) {
            server.kill();
        }
    }

    private static void assertToldAgain(Witness witness) throws Exception {
        for (Victim victim : Victim.values()) {
            Map<String, Integer> seen = witness.executions(victim.round);
            for (String once : List.of("call", "job", "schedule")) {
                assertThat(seen.get(once + " begun")).as("%s %s", once, victim).isOne();
                assertThat(seen).as("%s", victim).doesNotContainKey(once + " ended");
            }
            for (String again : List.of("change", "event")) {
                assertThat(seen.get(again + " begun")).as("%s %s", again, victim).isGreaterThan(1);
                assertThat(seen.get(again + " ended")).as("%s %s", again, victim).isPositive();
            }
        }
    }

    /// A server leaves no files of a killed one behind.
    private static void awaitSwept(long killed) throws Exception {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        Witness.eventually(() -> {
            try (Stream<Path> all = Files.list(temporary)) {
                return all.noneMatch(each ->
                        each.getFileName().toString().startsWith("rialto-worker-" + killed + "-"));
            }
        });
    }

    @Test
    void answersEachCallOnceThoughWorkersAreKilled() throws Exception {
        var witness = new Witness(home.resolve("data"));
        try (RunningCommand server = witness.serve()) {
            witness.deploy();
            var over = new AtomicBoolean();
            var numbers = new AtomicInteger();
            ConcurrentMap<String, String> answers = new ConcurrentHashMap<>();
            List<Thread> clients =
                    IntStream.range(0, CLIENTS)
                            .mapToObj(_ ->
                                    Thread.ofVirtual()
                                            .start(() -> call(witness, over, numbers, answers)))
                            .toList();
            for (int i = 0; i < KILLS; i++) {
                int before = numbers.get();
                Witness.eventually(() -> numbers.get() > before + 2 * CLIENTS);
                Witness.workersOf(server).forEach(ProcessHandle::destroyForcibly);
            }
            over.set(true);
            for (Thread each : clients) {
                each.join();
            }
            assertThat(answers).hasSize(numbers.get());
            Map<String, Integer> executions = witness.executions(0);
            answers.forEach((name, answer) -> {
                int begun = executions.getOrDefault(name + " begun", 0);
                if (answer.equals("{\"result\":\"" + name + "\"}")) {
                    assertThat(begun).as(name).isOne();
                    assertThat(executions).containsEntry(name + " ended", 1);
                } else {
                    assertThat(answer).containsAnyOf("\"code\":141", "\"code\":1503");
                    assertThat(begun).as("%s: %s", name, answer).isLessThanOrEqualTo(1);
                }
            });
            assertThat(answers.values()).anyMatch(each -> each.contains("the worker ended"));
        }
    }

    private static void call(
            Witness witness,
            AtomicBoolean over,
            AtomicInteger numbers,
            ConcurrentMap<String, String> answers) {
        while (!over.get()) {
            String name = "quick" + numbers.incrementAndGet();
            try {
                answers.put(
                        name,
                        witness.send("/functions/quick", "{\"name\":\"" + name + "\"}").body());
            } catch (IOException cut) {
                answers.put(name, "cut");
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
