package dev.rialto.messages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Settings;
import dev.rialto.kernel.Timing;
import dev.rialto.messages.spi.Channel;
import dev.rialto.messages.spi.MessageProvider;
import dev.rialto.messages.spi.NewMessage;
import dev.rialto.pages.PagesCapability;
import dev.rialto.pages.PagesSettings;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import dev.rialto.testing.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/// An app of its own in a database without messages of others, and a clock that can be set ahead.
final class TestOutbox {
    private static final AtomicInteger APPS = new AtomicInteger();

    private static final PagesSettings LOOK =
            PagesSettings.read(new Settings(Map.of(), Map.of(), Map.of()));

    static final String PUBLIC_URL = "https://app.example.com/v1";

    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    final InstantSource clock = () -> Clock.systemUTC().instant().plus(ahead.get());
    final Database database;
    final Suppressions suppressions;
    final Outbox outbox;
    final App app;

    TestOutbox(TestDatabase postgres) {
        this.database = postgres.database();
        this.suppressions = new Suppressions(database, clock);
        this.outbox = new Outbox(database, suppressions, clock);
        database.update(Sql.of("delete from rialto.message"));
        this.app = addApp();
    }

    /// Adds another app to the database.
    App addApp() {
        int number = APPS.incrementAndGet();
        var added = new App("messages" + number, "app_messages" + number);
        database.update(
                Sql.of(
                        "insert into rialto.app (id, schema_name) values (?, ?)",
                        added.id(),
                        added.schema()));
        return added;
    }

    void advance(Duration time) {
        ahead.updateAndGet(before -> before.plus(time));
    }

    /// A node that sends mail and SMS by a provider.
    MessagesCapability started(MessageProvider provider) {
        MessagesCapability made = made(Map.of(Channel.MAIL, provider, Channel.SMS, provider));
        made.start();
        return made;
    }

    /// A node that isn't started: it sends nothing.
    MessagesCapability made(Map<Channel, MessageProvider> providers) {
        return made(MessagesSettings.defaults(), providers);
    }

    /// A node with some settings.
    MessagesCapability made(MessagesSettings settings, Map<Channel, MessageProvider> providers) {
        return new MessagesCapability(
                database,
                settings,
                providers,
                new MessagesCapability.Surroundings(
                        id -> Optional.of(app).filter(each -> each.id().equals(id)),
                        new PagesCapability(_ -> LOOK),
                        () -> PUBLIC_URL,
                        clock,
                        Timing.SYSTEM));
    }

    /// A node that sends nothing.
    MessagesCapability writer() {
        return made(Map.of(Channel.MAIL, new KeptProvider()));
    }

    static NewMessage mail(String to, Map<String, String> values) {
        return new NewMessage(Channel.MAIL, to, "verification", "en", values);
    }

    List<MessageList.Shown> list() {
        return new MessageList(database).list(app, Optional.empty(), 1_000);
    }

    MessageList.Shown find(String id) {
        return new MessageList(database).find(app, id).orElseThrow();
    }

    boolean isAll(String state) {
        return !list().isEmpty() && list().stream().allMatch(each -> each.state().equals(state));
    }

    static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(20);
        }
    }
}
