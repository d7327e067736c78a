package dev.rialto.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetricsPageTest {
    private static final String TOKEN = "0123456789abcdef";

    @Test
    void isShownOnlyToThoseWhoHaveTheToken() throws IOException, InterruptedException {
        try (var metrics = new Metrics();
                var page = open(metrics, 0, Optional.of(TOKEN));
                var client = HttpClient.newHttpClient()) {
            assertThat(status(client, page, "Bearer " + TOKEN)).isEqualTo(200);
            assertThat(status(client, page, "bearer")).isEqualTo(401);
            assertThat(status(client, page, "Bearer ")).isEqualTo(401);
            assertThat(status(client, page, "Bearer " + TOKEN + "0")).isEqualTo(401);
            assertThat(status(client, page, "Bearer 0123456789abcdeF")).isEqualTo(401);
            assertThat(status(client, page, "Basic " + TOKEN)).isEqualTo(401);
            assertThat(status(client, page, TOKEN)).isEqualTo(401);
        }
    }

    private static int status(HttpClient client, MetricsPage page, String authorization)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + page.port() + "/metrics"))
                        .header("Authorization", authorization)
                        .build();
        var answer = client.send(request, BodyHandlers.ofString());
        assertThat(answer.body().isEmpty()).isEqualTo(answer.statusCode() != 200);
        return answer.statusCode();
    }

    @Test
    void saysThatItsAddressIsTaken() {
        try (var metrics = new Metrics();
                var page = open(metrics, 0, Optional.empty())) {
            assertThatThrownBy(() -> open(metrics, page.port(), Optional.empty()))
                    .isInstanceOf(SetupException.class)
                    .hasMessageContaining("metrics.listen");
        }
    }

    private static MetricsPage open(Metrics metrics, int port, Optional<String> token) {
        return MetricsPage.open(metrics.registry(), new MetricsAddress("127.0.0.1", port, token));
    }
}
