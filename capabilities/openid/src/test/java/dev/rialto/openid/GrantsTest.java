package dev.rialto.openid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.accounts.spi.UserSessions;
import dev.rialto.http.Authenticator;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.testing.TestDatabase;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GrantsTest {
    private static final String REDIRECT = "https://rp.example.com/";
    private static final Set<String> OFFLINE = Set.of(Scopes.OPENID, Scopes.OFFLINE);

    private final TestDatabase postgres = TestDatabase.create();
    private final App app = postgres.app();
    private final MovableClock clock = new MovableClock();
    private final OpenSessions sessions = new OpenSessions();
    private final ClientStore clients = new ClientStore(postgres.database());
    private final Grants grants =
            new Grants(postgres.database(), new GrantStore(postgres.database()), sessions, clock);
    private final OpenidSettings.Lengths lengths = OpenidSettings.defaults().lengths();
    private final Client client = client("one");

    private Client client(String id) {
        var made =
                new Client(
                        id,
                        Optional.empty(),
                        new Client.Metadata(
                                id,
                                true,
                                false,
                                List.of(REDIRECT),
                                List.of(),
                                OFFLINE,
                                Optional.empty()),
                        clock.instant(),
                        clock.instant());
        clients.add(app, made, 10);
        return made;
    }

    @AfterEach
    void close() {
        postgres.close();
    }

    /// Sessions in memory.
    private static final class OpenSessions implements UserSessions {
        private final Set<String> open = new HashSet<>(Set.of("browser"));

        @Override
        public Authenticator authenticator() {
            return uncachedAuthenticator();
        }

        @Override
        public Authenticator uncachedAuthenticator() {
            return (_, token) -> {
                if (!open.contains(token)) {
                    throw new RialtoException(ErrorCode.INVALID_SESSION_TOKEN, "ended");
                }
                return new Caller.User("ada", token, Set.of());
            };
        }

        @Override
        public String open(App app, String userId, String provider) {
            String token = Tokens.random();
            open.add(token);
            return token;
        }

        @Override
        public void end(App app, String sessionToken) {
            open.remove(sessionToken);
        }

        @Override
        public boolean isAnonymous(App app, String userId) {
            return false;
        }
    }

    private String code(Set<String> scopes) {
        return grants.code(
                app,
                client.id(),
                "ada",
                new Grants.Details(
                        REDIRECT,
                        "challenge",
                        Optional.of("n"),
                        scopes,
                        "login",
                        "browser",
                        clock.instant()));
    }

    private Optional<Grants.Exchanged> exchange(String code) {
        return grants.exchange(app, client, code, REDIRECT, "challenge", lengths);
    }

    private String refreshToken() {
        return exchange(code(OFFLINE)).orElseThrow().refreshToken().orElseThrow();
    }

    private Optional<String> refresh(String token) {
        return grants.refresh(app, client, token, lengths).flatMap(Grants.Exchanged::refreshToken);
    }

    @Test
    void exchangesNoCodeThatIsTooOldOrWhoseLogInHasEnded() {
        String old = code(OFFLINE);
        clock.advance(Grants.CODE_LENGTH);
        assertThat(exchange(old)).isEmpty();
        String ended = code(OFFLINE);
        sessions.end(app, "browser");
        assertThat(exchange(ended)).isEmpty();
        assertThat(sessions.open).isEmpty();
    }

    @Test
    void endsWhatACodeGaveWhenItIsUsedAgain() {
        String code = code(OFFLINE);
        String token = exchange(code).orElseThrow().refreshToken().orElseThrow();
        assertThat(exchange(code)).isEmpty();
        assertThat(refresh(token)).isEmpty();
        assertThat(sessions.open).containsExactly("browser");
    }

    @Test
    void acceptsTheLastTokenAgainForAMoment() {
        String first = refreshToken();
        assertThat(refresh(first)).isPresent();
        clock.advance(lengths.grace().minusMillis(1));
        assertThat(refresh(first)).isPresent();
    }

    @Test
    void endsTheGrantWhenATokenIsUsedAgainLater() {
        String first = refreshToken();
        String second = refresh(first).orElseThrow();
        clock.advance(lengths.grace());
        assertThat(refresh(first)).isEmpty();
        assertThat(refresh(second)).isEmpty();
        assertThat(sessions.open).containsExactly("browser");
    }

    @Test
    void endsTheGrantWhenATokenIsUsedAgainAfterItsSuccessor() {
        String first = refreshToken();
        String second = refresh(first).orElseThrow();
        String third = refresh(second).orElseThrow();
        assertThat(refresh(first)).isEmpty();
        assertThat(refresh(third)).isEmpty();
    }

    @Test
    void endsTheGrantWhenASuccessorThatWasReplacedIsUsed() {
        String first = refreshToken();
        String lost = refresh(first).orElseThrow();
        String again = refresh(first).orElseThrow();
        assertThat(refresh(lost)).isEmpty();
        assertThat(refresh(again)).isEmpty();
    }

    @Test
    void prolongsAGrantByEachUseAndEndsItWhenItIsNotUsed() {
        String token = refreshToken();
        for (int i = 0; i < 3; i++) {
            clock.advance(lengths.refresh().minusSeconds(1));
            grants.tidy(app);
            token = refresh(token).orElseThrow();
        }
        clock.advance(lengths.refresh().plusSeconds(1));
        assertThat(refresh(token)).isEmpty();
        grants.tidy(app);
        assertThat(sessions.open).containsExactly("browser");
    }

    @Test
    void tidiesAwayGrantsThatHaveNoRefreshTokens() {
        String id = exchange(code(Set.of(Scopes.OPENID))).orElseThrow().grant().id();
        clock.advance(lengths.access().plus(Duration.ofSeconds(1)));
        grants.tidy(app);
        assertThat(grants.find(app, id)).isEmpty();
        assertThat(sessions.open).containsExactly("browser");
    }

    @Test
    void refusesTokensOfOtherClientsWithoutEndingThem() {
        String token = refreshToken();
        assertThat(grants.refresh(app, client("two"), token, lengths)).isEmpty();
        assertThat(refresh(token)).isPresent();
    }

    @Test
    void endsAGrantWhoseSessionHasEnded() {
        Grants.Exchanged exchanged = exchange(code(OFFLINE)).orElseThrow();
        sessions.end(app, exchanged.grant().sessionToken());
        assertThat(refresh(exchanged.refreshToken().orElseThrow())).isEmpty();
        assertThat(grants.find(app, exchanged.grant().id())).isEmpty();
    }
}
