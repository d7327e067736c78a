package dev.rialto.appsettings;

import static dev.rialto.testing.TestFrontDoor.MASTER;
import static dev.rialto.testing.TestFrontDoor.READ_ONLY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.App;
import dev.rialto.kernel.SecretBox;
import dev.rialto.kernel.Settings;
import dev.rialto.spi.AppSettings.PerApp;
import dev.rialto.store.Invalidations;
import dev.rialto.store.Sql;
import dev.rialto.testing.TestClient;
import dev.rialto.testing.TestClient.Reply;
import dev.rialto.testing.TestDatabase;
import dev.rialto.testing.TestFrontDoor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AppSettingsTest {
    private static final byte[] KEY = new byte[SecretBox.KEY_BYTES];

    private final TestDatabase postgres = TestDatabase.create();
    private final App app = postgres.app();
    private final App other = postgres.app("other");
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Node node = node();
    private final TestClient owner = client(MASTER);

    private record Shop(int size, boolean open, Optional<String> key) {
        static Shop read(Settings in) {
            int size = in.integer("shop.size", 3);
            boolean open = in.yes("shop.open", false);
            Optional<String> key = in.secret("shop.key");
            if (size < 0) {
                in.problem("shop.size must not be negative");
            }
            return new Shop(size, open, key);
        }
    }

    private record Node(PerApp<Shop> shops, TestFrontDoor door) {}

    private Node node() {
        var heard = Invalidations.start(postgres.database(), postgres.settings());
        opened.add(heard);
        var capability =
                new AppSettingsCapability(
                        postgres.database(),
                        heard,
                        new SecretBox(List.of(KEY)),
                        new Settings(Map.of("shop.size", "5"), Map.of(), Map.of()));
        PerApp<Shop> shops = capability.declarations().declare(Shop::read);
        var door = TestFrontDoor.open(capability.operations(), app, other);
        opened.add(door);
        return new Node(shops, door);
    }

    private TestClient client(String... headers) {
        var client = new TestClient(node.door(), headers);
        return client.with(TestFrontDoor.app(app.id()));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
        postgres.close();
    }

    private Reply set(String settings) {
        return owner.put("/settings", "{\"settings\": " + settings + "}");
    }

    @Test
    void putsTheOwnersSettingsOverTheOperators() {
        assertThat(node.shops().of(app)).isEqualTo(new Shop(5, false, Optional.empty()));

        assertThat(set("{\"shop.size\": 7, \"shop.open\": true}").status()).isEqualTo(200);

        assertThat(node.shops().of(app)).isEqualTo(new Shop(7, true, Optional.empty()));
        assertThat(node.shops().of(other)).isEqualTo(new Shop(5, false, Optional.empty()));
        set("{\"shop.size\": null}");
        assertThat(node.shops().of(app)).isEqualTo(new Shop(5, true, Optional.empty()));
    }

    @Test
    void tellsOtherNodes() throws Exception {
        Node second = node();
        assertThat(second.shops().of(app).size()).isEqualTo(5);

        Reply done = set("{\"shop.size\": 8}");
        assertThat(done.status()).as(done.toString()).isEqualTo(200);

        while (second.shops().of(app).size() != 8) {
            Thread.sleep(5);
        }
    }

    @Test
    void changesNothingWhenASettingIsNotValid() {
        set("{\"shop.size\": 7}");

        Reply refused = set("{\"shop.size\": -1, \"shop.open\": true}");

        assertThat(refused.code()).isEqualTo(162);
        assertThat(refused.text("error")).contains("shop.size must not be negative");
        assertThat(set("{\"shop.nothing\": 1}").text("error"))
                .contains("shop.nothing: there is no such setting");
        assertThat(set("{\"shop.size\": [1]}").text("error")).contains("shop.size");
        assertThat(owner.put("/settings", "{}").text("error")).contains("settings");
        assertThat(node.shops().of(app)).isEqualTo(new Shop(7, false, Optional.empty()));
    }

    @Test
    void keepsSecretsSealedAndUnshown() {
        Reply answer = set("{\"shop.key\": \"geheim\"}");

        assertThat(answer.body().toString()).doesNotContain("geheim").contains("\"***\"");
        assertThat(owner.get("/settings").body().toString()).doesNotContain("geheim");
        assertThat(node.shops().of(app).key()).hasValue("geheim");
        List<String> stored =
                postgres.database()
                        .query(
                                Sql.of("SELECT s::text FROM ")
                                        .addName(app.schema())
                                        .add("._setting s"),
                                row -> row.getString(1));
        assertThat(stored).hasSize(1).noneMatch(row -> row.contains("geheim"));
    }

    @Test
    void isForHoldersOfTheMasterKey() {
        String body = "{\"settings\": {\"shop.size\": 1}}";

        assertThat(client().get("/settings").status()).isEqualTo(403);
        assertThat(client().put("/settings", body).status()).isEqualTo(403);
        assertThat(client(READ_ONLY).put("/settings", body).code()).isEqualTo(119);
        assertThat(client(READ_ONLY).get("/settings").status()).isEqualTo(200);
        assertThat(node.shops().of(app).size()).isEqualTo(5);
    }
}
