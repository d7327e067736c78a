package dev.rialto.openid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.App;
import dev.rialto.kernel.SecretBox;
import dev.rialto.store.Invalidations;
import dev.rialto.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SigningKeysTest {
    private static final Duration ROTATION = OpenidSettings.defaults().keyRotation();
    private static final Duration AHEAD = Duration.ofDays(1);

    private final TestDatabase postgres = TestDatabase.create();
    private final App app = postgres.app();
    private final MovableClock clock = new MovableClock();
    private final List<Invalidations> heard = new ArrayList<>();
    private final SigningKeys keys = node(0);

    /// @param secret the server's key
    private SigningKeys node(int secret) {
        var invalidations = Invalidations.start(postgres.database(), postgres.settings());
        heard.add(invalidations);
        byte[] key = new byte[SecretBox.KEY_BYTES];
        key[0] = (byte) secret;
        return new SigningKeys(
                postgres.database(),
                invalidations,
                new SecretBox(List.of(key)),
                _ -> OpenidSettings.defaults(),
                clock);
    }

    @AfterEach
    void close() {
        heard.forEach(Invalidations::close);
        postgres.close();
    }

    private String signer(SigningKeys node) {
        return node.signer(app).getKeyID();
    }

    private List<String> published(SigningKeys node) {
        return node.published(app).getKeys().stream().map(each -> each.getKeyID()).toList();
    }

    @Test
    void generatesOneKeyHoweverManyNodesNeedTheFirst() throws Exception {
        List<SigningKeys> nodes = List.of(keys, node(0), node(0), node(0));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> signers =
                    nodes.stream().map(each -> threads.submit(() -> signer(each))).toList();
            Set<String> ids = new HashSet<>();
            for (Future<String> each : signers) {
                ids.add(each.get());
            }
            assertThat(ids).hasSize(1);
        }
    }

    @Test
    void publishesAKeyBeforeItSignsAndKeepsTheOldOneUntilItsTokensHaveExpired() {
        String first = signer(keys);
        assertThat(published(keys)).containsExactly(first);

        clock.advance(ROTATION.minus(AHEAD).plusSeconds(1));
        assertThat(published(keys)).hasSize(2).contains(first);
        assertThat(signer(keys)).isEqualTo(first);
        String second = published(keys).getFirst();

        clock.advance(AHEAD);
        assertThat(signer(keys)).isEqualTo(second);
        assertThat(published(keys)).containsExactly(second, first);
        assertThat(signer(node(0))).isEqualTo(second);

        clock.advance(Duration.ofHours(2));
        keys.rotate(app);
        assertThat(published(keys)).containsExactly(second);
        assertThat(keys.find(app, first)).isEmpty();
    }

    @Test
    void signsAtOnceWithAnotherKeyAfterALongPause() {
        String first = signer(keys);
        clock.advance(ROTATION.multipliedBy(3));
        assertThat(signer(keys)).isEqualTo(first);
        assertThat(published(keys)).hasSize(2);
        clock.advance(AHEAD);
        assertThat(signer(keys)).isNotEqualTo(first);
    }

    @Test
    void looksForAKeyThatAnotherNodeHasMade() {
        SigningKeys other = node(0);
        assertThat(published(other)).hasSize(1);
        keys.replaceAll(app);
        String id = signer(keys);
        assertThat(other.find(app, id)).isPresent();
    }

    @Test
    void keepsPrivateKeysSealed() {
        String first = signer(keys);
        SigningKeys stranger = node(1);
        assertThat(stranger.find(app, first)).isPresent();
        assertThat(signer(stranger)).isNotEqualTo(first);
        assertThat(keys.published(app).toString()).doesNotContain("\"d\"");
    }
}
