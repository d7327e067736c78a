package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.accounts.Client.Reply;
import dev.rialto.store.Sql;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SessionExpiryTest {
    private static Reply signUp(TestServer server, String username) {
        return server.client.post(
                "/users", "{\"username\": \"%s\", \"password\": \"p\"}".formatted(username));
    }

    private static Reply logIn(TestServer server) {
        return server.client.post("/login", "{\"username\": \"ann\", \"password\": \"p\"}");
    }

    @Test
    void anExpiredSessionIsRefused() {
        try (var server = new TestServer()) {
            Reply user = signUp(server, "late");
            Client late = server.client.with(user.text("sessionToken"));
            assertThat(late.get("/users/me").status()).isEqualTo(200);

            server.clock.advance(Duration.ofDays(366));

            Reply refused = late.get("/users/me");
            assertThat(refused.code()).isEqualTo(209);
            assertThat(refused.error()).isEqualTo("Session token is expired.");
        }
    }

    @Test
    void aLogInRemovesTheExpiredSessionsOfItsUser() {
        try (var server = new TestServer()) {
            for (String name : new String[] {"ann", "bob"}) {
                signUp(server, name);
            }
            server.clock.advance(Duration.ofDays(366));

            Reply in = logIn(server);

            assertThat(server.master().get("/sessions").results())
                    .as("ann's new one, and bob's that expired")
                    .hasSize(2)
                    .extracting(session -> session.path("createdWith").path("action").asString())
                    .containsExactlyInAnyOrder("login", "signup");
            assertThat(server.client.with(in.text("sessionToken")).get("/users/me").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void expiredSessionsAreRemovedAndNoOthers() {
        try (var server = new TestServer()) {
            assertThat(server.accounts.removeExpiredSessions(server.app()))
                    .as("an app without sessions")
                    .isZero();
            Reply user = signUp(server, "ann");
            logIn(server);
            assertThat(server.accounts.removeExpiredSessions(server.app())).isZero();
            server.clock.advance(Duration.ofDays(364));
            Reply late =
                    server.master()
                            .post(
                                    "/loginAs",
                                    "{\"userId\": \"%s\"}".formatted(user.text("objectId")));
            server.clock.advance(Duration.ofDays(2));

            assertThat(server.accounts.removeExpiredSessions(server.app())).isEqualTo(2);

            assertThat(server.client.with(late.text("sessionToken")).get("/users/me").status())
                    .isEqualTo(200);
            Reply refused = server.client.with(user.text("sessionToken")).get("/users/me");
            assertThat(refused.code()).isEqualTo(209);
            assertThat(server.accounts.removeExpiredSessions(server.otherApp())).isZero();
        }
    }

    @Test
    void removingExpiredSessionsWaitsForNoTransaction() {
        try (var server = new TestServer()) {
            Reply held = signUp(server, "ann");
            signUp(server, "bob");
            server.clock.advance(Duration.ofDays(366));

            int removed =
                    server.database()
                            .inTransaction(() -> {
                                server.database()
                                        .query(
                                                Sql.of(
                                                        "SELECT 1 FROM app_test.\"_Session\" WHERE"
                                                                + " \"user\" = ? FOR UPDATE",
                                                        held.text("objectId")),
                                                _ -> true);
                                return CompletableFuture.supplyAsync(() ->
                                                server.accounts.removeExpiredSessions(server.app()))
                                        .orTimeout(20, TimeUnit.SECONDS)
                                        .join();
                            });

            assertThat(removed).as("bob's").isEqualTo(1);
            assertThat(server.accounts.removeExpiredSessions(server.app())).isEqualTo(1);
        }
    }
}
