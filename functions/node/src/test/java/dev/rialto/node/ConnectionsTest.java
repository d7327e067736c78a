package dev.rialto.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Json;
import dev.rialto.kernel.OutboundRules;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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

    private static ObjectNode ask(Connections connections, String host, int port) throws Exception {
        var told = new CompletableFuture<ObjectNode>();
        connections.connect(
                Json.object().put("ask", 7).put("host", host).put("port", port), told::complete);
        return told.get(60, TimeUnit.SECONDS);
    }
}
