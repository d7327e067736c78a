package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.Settings;
import dev.rialto.kernel.SetupException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerSettingsTest {
    @Test
    void runsOnALaptopByDefault() {
        ServerSettings settings = read(Map.of());

        assertThat(settings.data()).isEqualTo(Path.of("rialto-data"));
        assertThat(settings.http().host()).isEqualTo("127.0.0.1");
        assertThat(settings.http().port()).isEqualTo(1337);
        assertThat(settings.database()).isEqualTo(DatabaseOptions.defaults());
        assertThat(settings.app()).isEmpty();
    }

    @Test
    void readsTheSettingsOfTheDatabase() {
        ServerSettings settings =
                read(
                        Map.of(
                                "database.url", "postgresql://db.example:6543/shop?sslmode=require",
                                "database.user", "me",
                                "database.password", "hunter2",
                                "database.connections", "8",
                                "database.connection-timeout", "2s",
                                "database.statement-timeout", "1m"));

        var address = settings.database().address().orElseThrow();
        assertThat(address.jdbcUrl())
                .isEqualTo("jdbc:postgresql://db.example:6543/shop?sslmode=require");
        assertThat(address.user()).contains("me");
        assertThat(address.password()).contains("hunter2");
        assertThat(settings.database().connections()).isEqualTo(8);
        assertThat(settings.database().connectionTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.database().statementTimeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(settings.toString()).doesNotContain("hunter2");
    }

    @Test
    void takesTheLoginOutOfTheAddress() {
        var address = DatabaseAddress.of("postgres://m%40e:hun+ter%3A2@localhost/db");

        assertThat(address.jdbcUrl()).isEqualTo("jdbc:postgresql://localhost/db");
        assertThat(address.user()).contains("m@e");
        assertThat(address.password()).contains("hun+ter:2");
        assertThat(DatabaseAddress.of("jdbc:postgresql://h/d").user()).isEmpty();
    }

    @Test
    void readsTheAddressesOfReplicasWithTheLoginOfThePrimary() {
        String url = "postgresql://me:hunter2@db1/shop";
        DatabaseOptions options =
                read(Map.of(
                                "database.url",
                                url,
                                "database.replicas",
                                "postgresql://db2/shop, postgresql://you:hunter3@db3/shop",
                                "database.connections",
                                "8"))
                        .database();
        var address = options.address().orElseThrow();
        var replicas =
                options.replicaSettings(
                        options.at(address.jdbcUrl(), address.user(), address.password()));

        assertThat(replicas).hasSize(2);
        assertThat(replicas.getFirst().url()).isEqualTo("jdbc:postgresql://db2/shop");
        assertThat(replicas.getFirst().user()).contains("me");
        assertThat(replicas.getFirst().password()).contains("hunter2");
        assertThat(replicas.getFirst().connections()).isEqualTo(8);
        assertThat(replicas.getLast().user()).contains("you");
        assertThat(replicas.getLast().password()).contains("hunter3");
        assertThat(options.toString()).doesNotContain("hunter");

        String one = "postgresql://u:hunter2@h/d";
        for (Map<String, String> wrong :
                List.of(
                        Map.of("database.replicas", one),
                        Map.of("database.url", url, "database.replicas", "mysql://u:hunter2@h/d"),
                        Map.of("database.url", url, "database.replicas", "postgresql://h1,h2/d"),
                        Map.of("database.url", url, "database.replica-wait", "0s"),
                        Map.of("database.url", url, "database.replica-wait", "1m"),
                        Map.of("database.url", url, "database.replica-staleness", "1s"))) {
            assertThatThrownBy(() -> read(wrong))
                    .isInstanceOf(SetupException.class)
                    .hasMessageContaining("database.replica")
                    .hasMessageNotContaining("hunter2");
        }
    }

    @Test
    void refusesWhatIsNoAddressWithoutRepeatingIt() {
        for (String wrong :
                new String[] {"mysql://u:hunter2@h/d", "hunter2", "postgresql:///", "p q"}) {
            assertThatThrownBy(() -> read(Map.of("database.url", wrong)))
                    .isInstanceOf(SetupException.class)
                    .hasMessageContaining("database.url must look like")
                    .hasMessageNotContaining("hunter2");
        }
    }

    @Test
    void makesTheWantedAppWithItsKeys() {
        var app =
                read(Map.of(
                                "app.id", "dev",
                                "app.master-key", "m",
                                "app.javascript-key", "j"))
                        .app()
                        .orElseThrow();

        assertThat(app.id()).isEqualTo("dev");
        assertThat(app.keys()).hasSize(2);
        assertThat(app.toString()).doesNotContain("\"m\"");
    }

    @Test
    void refusesNumbersOutOfRange() {
        assertThatThrownBy(() ->
                        read(
                                Map.of(
                                        "http.port", "70000",
                                        "database.connections", "1",
                                        "http.max-body", "3GB")))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining("http.port must be 0 to 65535")
                .hasMessageContaining("database.connections must be 2 to 1000")
                .hasMessageContaining("http.max-body must be less than 2GB");
    }

    @Test
    void takesASizeForTheHeapThatItCanRunWith() {
        assertThat(read(Map.of()).memory()).isEmpty();
        assertThat(read(Map.of("memory", "2GB")).memory()).contains(2L << 30);
        assertThatThrownBy(() -> read(Map.of("memory", "64MB")))
                .isInstanceOf(SetupException.class)
                .hasMessage("memory must be at least 128MB");
        assertThatThrownBy(() -> read(Map.of("memory", "lots")))
                .hasMessageStartingWith("memory: \"lots\" is not valid");
    }

    @Test
    void offersTlsWithACertificateFromOnePlace() {
        assertThat(read(Map.of("tls.port", "1")).tls()).isEmpty();
        ServerSettings files = read(Map.of("tls.certificate", "c.pem", "tls.key", "k.pem"));
        assertThat(files.tls().orElseThrow().tls().port()).isEqualTo(8443);
        assertThat(files.http().publicUrl()).isEmpty();
        ServerSettings ordered =
                read(
                        Map.of(
                                "tls.acme.domains", "api.example.com, www.example.com",
                                "tls.acme.agree", "true",
                                "tls.port", "443"));
        assertThat(ordered.http().publicUrl()).isEqualTo("https://api.example.com/v1");
    }

    @Test
    void refusesTlsThatCannotWork() {
        Map<String, String> order =
                Map.of("tls.acme.domains", "api.example.com", "tls.acme.agree", "true");
        assertRefused(Map.of("tls.certificate", "c.pem"), "must be set together");
        assertRefused(Map.of("tls.key", "k.pem"), "must be set together");
        assertRefused(
                with(order, Map.of("tls.certificate", "c.pem", "tls.key", "k.pem")),
                "tls.certificate and tls.acme.domains exclude each other");
        assertRefused(
                with(order, Map.of("http.public-url", "http://api.example.com/v1")),
                "http.public-url must begin with https when TLS is offered");
        assertRefused(
                with(order, Map.of("tls.acme.agree", "false")), "tls.acme.agree must be true");
        for (String domain : new String[] {"*.example.com", "a b", "https://a.example", "-a.b"}) {
            assertRefused(
                    with(order, Map.of("tls.acme.domains", domain)),
                    "\"" + domain + "\" is not a domain");
        }
        assertRefused(
                with(order, Map.of("tls.acme.directory", "http://ca.example/dir")),
                "tls.acme.directory must be an https URL");
        assertRefused(with(order, Map.of("tls.port", "70000")), "tls.port must be 0 to 65535");
    }

    private static void assertRefused(Map<String, String> settings, String message) {
        assertThatThrownBy(() -> read(settings)).hasMessageContaining(message);
    }

    private static Map<String, String> with(
            Map<String, String> settings, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(settings);
        all.putAll(more);
        return all;
    }

    @Test
    void letsFilesInThatAreAsLargeAsFilesMayBe() {
        assertThat(read(Map.of("files.max-size", "3GB")).http().limits().upload())
                .isEqualTo(3L << 30);
    }

    private static ServerSettings read(Map<String, String> flags) {
        var in = new Settings(Map.of(), Map.of(), flags);
        ServerSettings settings = ServerSettings.read(in);
        in.finish();
        return settings;
    }
}
