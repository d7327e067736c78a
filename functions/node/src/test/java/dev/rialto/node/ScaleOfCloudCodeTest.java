package dev.rialto.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.kernel.RialtoException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Cloud code runs in one process that stays, unless its micro app asks for another number.
class ScaleOfCloudCodeTest {
    private static final String MAIN =
            """
            const id = require('crypto').randomUUID();
            let calls = 0;
            Parse.Cloud.define('count', () => ++calls);
            Parse.Cloud.define('waits', async () => {
              await new Promise((done) => setTimeout(done, 300));
              return id;
            });
            Parse.Cloud.define('hoards', () => {
              const all = [];
              for (;;) all.push(Buffer.alloc(1 << 20, 1));
            });
            """;

    private static CloudCode declaring(String more) {
        return load(CloudCode.settings(), more);
    }

    private static CloudCode load(NodeSettings settings, String more) {
        return new CloudCode(
                settings,
                Map.of(
                        "main.js",
                        MAIN,
                        Artifact.DESCRIPTOR,
                        CloudCode.MICRO_APP.replace("{", "{" + more)),
                Map.of());
    }

    private static Set<String> calledAtOnce(CloudCode code, int calls) {
        Set<String> processes = new HashSet<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running =
                    IntStream.range(0, calls)
                            .mapToObj(_ ->
                                    CompletableFuture.supplyAsync(
                                            () -> code.call("waits", "{}").stringValue(), threads))
                            .toList();
            running.forEach(each -> processes.add(each.join()));
        }
        return processes;
    }

    @Test
    void keepsOneProcessWhateverIsCalled() {
        try (CloudCode code = declaring("")) {
            assertThat(calledAtOnce(code, 200)).hasSize(1);
            for (int i = 1; i < 5; i++) {
                assertThat(code.call("count", "{}").intValue()).isEqualTo(i);
            }
            assertThat(code.workers()).hasSize(1);
        }
    }

    @Test
    void hasAsManyProcessesAsItAsksFor() {
        String scale = "\"scale\":{\"instances\":2,\"provisioned\":2,\"concurrency\":1},";
        try (CloudCode code = declaring(scale)) {
            CloudCode.await(() -> calledAtOnce(code, 4).size() == 2);
            assertThat(code.workers()).hasSize(2);
            assertThat(calledAtOnce(code, 8)).hasSize(2);
        }
    }

    @Test
    void endsItsProcessWhenNothingIsCalledIfItAsksForThat() {
        try (CloudCode code = declaring("\"scale\":{\"provisioned\":0,\"idleSeconds\":1},")) {
            CloudCode.await(() -> code.workers().isEmpty());
            assertThat(code.call("count", "{}").intValue()).isEqualTo(1);
        }
    }

    /// Each keeps its process, though all together may use more memory than there is.
    @Test
    void keepsAsManyMicroAppsAsTheNodeMayHaveProcesses() {
        NodeSettings usual = CloudCode.settings();
        var two =
                new NodeSettings(
                        usual.command(),
                        usual.folder(),
                        1L << 36,
                        usual.isolation(),
                        new NodeSettings.Instances(2, 2),
                        usual.start(),
                        usual.patience());
        try (CloudCode code = load(two, "")) {
            LoadedRevision second = code.load("b");
            assertThat(code.workers()).hasSize(1);
            assertThatThrownBy(() -> code.load("c"))
                    .hasMessageContaining("functions.node.instances");
            second.close();
            code.load("d").close();
        }
    }

    @Test
    void limitsTheMemoryThatItAsksFor() {
        try (CloudCode code = declaring("\"limits\":{\"memoryMegabytes\":192},")) {
            assertThatThrownBy(() -> code.call("hoards", "{}"))
                    .isInstanceOf(RialtoException.class)
                    .hasMessageContaining("took more than 192 MB of memory");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"limits\":{\"memoryMegabytes\":257}, | limits.memoryMegabytes",
                "\"limits\":{\"processes\":257}, | limits.processes",
                "\"scale\":{\"instances\":101}, | scale.instances",
                "\"scale\":{\"provisioned\":2}, | scale.provisioned",
                "\"scale\":3, | is not a JSON object",
            })
    void refusesMoreThanTheOperatorAllows(String more, String why) {
        assertThatThrownBy(() -> declaring(more))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(why);
    }
}
