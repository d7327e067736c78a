package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Deploys of one micro app that overtake each other.
final class DeployRaceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void endsTheWorkersOfRevisionsThatWereOvertaken() throws Exception {
        Set<ProcessHandle> before = workers();
        byte[] sources =
                MicroAppSources.empty()
                        .with("cloud/main.js", "Parse.Cloud.define('pid', () => process.pid);")
                        .zip();
        try (var server = new TestServer()) {
            for (int round = 0; round < 4; round++) {
                List<Reply> deployed =
                        TestServer.together(
                                6, () -> server.upload(Sender.master(), "/micro-apps", sources));
                assertThat(deployed).allMatch(each -> each.status() == 201);
            }
            Reply live = server.post(Sender.client(), "/functions/pid", "{}");

            assertThat(live.status()).as("%s", live).isEqualTo(200);
            assertThat(onceFew(before)).hasSize(1);
            assertThat(server.post(Sender.client(), "/functions/pid", "{}").body())
                    .isEqualTo(live.body());
        }
    }

    /// The workers that came since, when there is but one or patience ends.
    private static Set<ProcessHandle> onceFew(Set<ProcessHandle> before)
            throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Set<ProcessHandle> since = workers();
            since.removeAll(before);
            if (since.size() <= 1 || System.nanoTime() > end) {
                return since;
            }
            Thread.sleep(50);
        }
    }

    /// They are below the processes that confine them.
    private static Set<ProcessHandle> workers() {
        return ProcessHandle.current()
                .descendants()
                .filter(each -> each.info().command().orElse("").endsWith("/node"))
                .collect(Collectors.toSet());
    }
}
