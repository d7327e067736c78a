package dev.rialto.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.OutboundRules;
import dev.rialto.kernel.RialtoException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class ConnectionsTest {
    @Test
    void answersWhenItsSocketCanNotBeMade() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var connections =
                        Connections.open(
                                OutboundRules.of(List.of("127.0.0.1:" + server.getLocalPort())))) {
            Files.delete(connections.folder());

            ObjectNode told = ask(connections, "127.0.0.1", server.getLocalPort());

            assertThat(told.path("code").asString("")).isEqualTo("EMFILE");
            assertThat(told.path("ask").asInt(0)).isEqualTo(7);
            assertThat(told.has("socket")).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"unknown.example, ENOTFOUND", "broken.example, EIO", "other.example, EACCES"})
    void answersWhateverComesOfALookUp(String host, String code) throws Exception {
        OutboundRules rules =
                OutboundRules.of(
                        List.of("unknown.example", "broken.example"),
                        name -> {
                            if (name.startsWith("broken")) {
                                throw new IllegalStateException(name);
                            }
                            if (name.startsWith("unknown")) {
                                throw new UnknownHostException(name);
                            }
                            return List.of(InetAddress.getLoopbackAddress());
                        },
                        _ -> false);
        try (var connections = Connections.open(rules)) {
            assertThat(ask(connections, host, 80).path("code").asString("")).isEqualTo(code);
        }
    }

    @Test
    void answersThatItIsToBeTriedAgainWhenTooManyNamesAreLookedUp() throws Exception {
        var answering = new CountDownLatch(1);
        OutboundRules rules =
                OutboundRules.of(
                        List.of("slow.example", "quick.example"),
                        name -> {
                            if (name.startsWith("slow")) {
                                await(answering);
                            }
                            throw new UnknownHostException(name);
                        },
                        _ -> false);
        OutboundRules greedy = rules.askedBy(new App("greedy", "greedy"));
        assertThat(lookUpsUnderWay(greedy)).isPositive();

        try (var connections = Connections.open(greedy);
                var others = Connections.open(rules.askedBy(new App("other", "other")))) {
            assertThat(ask(connections, "quick.example", 80).path("code").asString(""))
                    .isEqualTo("EAI_AGAIN");
            assertThat(ask(others, "quick.example", 80).path("code").asString(""))
                    .isEqualTo("ENOTFOUND");
        }
        answering.countDown();
    }

    private static int lookUpsUnderWay(OutboundRules rules) {
        int count = 0;
        while (true) {
            try {
                rules.addresses("slow.example", 80, Duration.ZERO);
            } catch (UnknownHostException late) {
                count++;
            } catch (RialtoException full) {
                return count;
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static ObjectNode ask(Connections connections, String host, int port) throws Exception {
        var told = new CompletableFuture<ObjectNode>();
        connections.connect(
                Json.object().put("ask", 7).put("host", host).put("port", port), told::complete);
        return told.get(60, TimeUnit.SECONDS);
    }
}
