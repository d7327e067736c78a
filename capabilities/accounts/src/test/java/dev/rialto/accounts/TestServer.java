package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.accounts.Client.Reply;
import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.SecretBox;
import dev.rialto.kernel.Settings;
import dev.rialto.objects.ObjectsCapability;
import dev.rialto.objects.ObjectsSettings;
import dev.rialto.spi.AppSettings.PerApp;
import dev.rialto.store.Database;
import dev.rialto.store.Invalidations;
import dev.rialto.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// Objects and accounts on a PostgreSQL of their own.
final class TestServer implements AutoCloseable {
    private final TestDatabase postgres = TestDatabase.create();
    private final List<Invalidations> invalidations = new ArrayList<>();
    private final AtomicInteger names = new AtomicInteger();

    /// What the owner of the app has decided.
    volatile AccountPolicy policy = AccountPolicy.defaults();

    final MovableClock clock = new MovableClock();
    final CountingHasher hasher;
    final TestMail mail = new TestMail(postgres.database());
    final RecordedTriggers triggers = new RecordedTriggers();
    final Accounts accounts;
    final Client client;

    TestServer() {
        this(Argon2HasherTest.settings(64, 4, Duration.ofSeconds(10)));
    }

    TestServer(AccountsSettings settings) {
        this.hasher = new CountingHasher(settings);
        Node node = node(settings);
        this.accounts = node.accounts();
        this.client = node.client();
    }

    /// One of several servers on the same database.
    record Node(Accounts accounts, Client client) {}

    /// Another server on the same database, which hears no invalidations.
    Node deafNode() {
        Node node = node();
        invalidations.getLast().close();
        return node;
    }

    /// The first server.
    Node asNode() {
        return new Node(accounts, client);
    }

    /// Another server on the same database.
    Node node() {
        return node(Argon2HasherTest.settings(64, 4, Duration.ofSeconds(10)));
    }

    private Node node(AccountsSettings settings) {
        Invalidations heard = Invalidations.start(postgres.database(), postgres.settings());
        invalidations.add(heard);
        var objects =
                new ObjectsCapability(
                        postgres.database(),
                        clock,
                        (_, name) -> "http://localhost/v1/files/" + name,
                        ObjectsSettings.defaults(),
                        (_, _) -> {});
        var made =
                new Accounts(
                        new Accounts.Surroundings(
                                postgres.database(),
                                heard,
                                objects::objects,
                                new SecretBox(List.of(new byte[SecretBox.KEY_BYTES])),
                                mail.mailing(this::find),
                                clock),
                        settings,
                        new Policies(),
                        hasher,
                        Map.of(AnonymousProvider.NAME, new AnonymousProvider()));
        made.rules().forEach(objects::register);
        objects.triggers(triggers);
        made.triggers(triggers);
        List<Operation> operations = new ArrayList<>(objects.operations());
        operations.addAll(objects.schema().operations());
        operations.addAll(made.operations(objects.routes()));
        return new Node(made, Client.of(postgres.app(), operations, made.authenticator()));
    }

    private final class Policies implements PerApp<AccountPolicy> {
        @Override
        public AccountPolicy of(App app) {
            return policy;
        }
    }

    /// Lets the owner of the app set one thing.
    void set(String key, String value) {
        set(Map.of(key, value));
    }

    void set(Map<String, String> own) {
        var in = new Settings(own, Map.of(), Map.of());
        policy = AccountPolicy.read(in);
        in.finish();
    }

    Client master() {
        return client.with(new Caller.Master());
    }

    /// A username that nobody has.
    String freshName() {
        return "user" + names.incrementAndGet();
    }

    /// Signs a user up whose password is `secret`.
    Reply signUp(String username) {
        return signUp(username, "secret");
    }

    Reply signUp(String username, String password) {
        Reply reply =
                client.post(
                        "/users",
                        """
                        {"username": "%s", "password": "%s", "email": "%s@example.com"}
                        """
                                .formatted(username, password, username));
        assertThat(reply.status()).as(reply.toString()).isEqualTo(201);
        return reply;
    }

    /// A client with the session that an answer has the token of.
    Client as(Reply reply) {
        return client.with(reply.text("sessionToken"));
    }

    App app() {
        return postgres.app();
    }

    private Optional<App> find(String id) {
        return Optional.of(app()).filter(app -> app.id().equals(id));
    }

    App otherApp() {
        return postgres.app("other");
    }

    /// Hashes passwords without objects.
    PasswordField passwords() {
        return new PasswordField(
                () -> {
                    throw new AssertionError("no objects");
                },
                hasher,
                new PasswordRules(new Policies(), Optional.empty(), hasher),
                clock);
    }

    Lockouts lockouts() {
        return new Lockouts(postgres.database(), invalidations.getFirst());
    }

    Database database() {
        return postgres.database();
    }

    @Override
    public void close() {
        invalidations.forEach(Invalidations::close);
        postgres.close();
    }
}
