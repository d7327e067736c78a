package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.App;
import dev.rialto.store.Sql;
import dev.rialto.where.Table;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class DecoysTest {
    private static final TestServer SERVER = new TestServer();
    private static final String OLD = "$2b$04$an old hash";

    private final PasswordHasher hasher =
            new Argon2Hasher(Argon2HasherTest.settings(64, 1, java.time.Duration.ofSeconds(5)));

    @AfterAll
    static void close() {
        SERVER.close();
    }

    private Set<String> slowNames(double share, String key) {
        var decoys = new Decoys(_ -> new Decoys.Sample(share, Optional.of(OLD)), hasher);
        decoys.share(text -> "%016x".formatted((text + key).hashCode() * 0x9E3779B97F4A7C15L));
        Set<String> slow = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            if (decoys.hash(SERVER.app(), "name" + i).equals(OLD)) {
                slow.add("name" + i);
            }
        }
        return slow;
    }

    @Test
    void asManyUnknownNamesAsUsersAreComparedWithAnOldHash() {
        assertThat(slowNames(0, "k")).isEmpty();
        assertThat(slowNames(0.3, "k")).hasSizeBetween(200, 400);
        assertThat(slowNames(1, "k")).hasSize(1000);
    }

    @Test
    void theNamesAreAlwaysTheSameAndBecomeFewer() {
        assertThat(slowNames(0.5, "k")).isEqualTo(slowNames(0.5, "k"));
        assertThat(slowNames(0.5, "k")).containsAll(slowNames(0.2, "k"));
        assertThat(slowNames(0.5, "k")).isNotEqualTo(slowNames(0.5, "another secret"));
    }

    @Test
    void appsWithoutOldHashesHaveDecoysOfOurOwn() {
        var decoys = new Decoys(_ -> new Decoys.Sample(0, Optional.empty()), hasher);

        assertThat(decoys.hash(SERVER.app(), "nobody")).startsWith("$argon2id$");
    }

    @Test
    void theShareIsThatOfTheUsersOfTheApp() {
        App app = SERVER.app();
        for (int i = 0; i < 4; i++) {
            SERVER.signUp(SERVER.freshName());
        }
        SERVER.database()
                .update(
                        Sql.of(
                                "UPDATE "
                                        + Table.of(app, "_User")
                                        + " SET \"_hashed_password\" = ? WHERE \"objectId\" ="
                                        + " (SELECT min(\"objectId\") FROM "
                                        + Table.of(app, "_User")
                                        + ")",
                                OLD));

        Decoys.Sample sample = new AccountStore(SERVER.database()).foreignHashes(app);

        assertThat(sample.share()).isEqualTo(0.25);
        assertThat(sample.example()).contains(OLD);
    }
}
