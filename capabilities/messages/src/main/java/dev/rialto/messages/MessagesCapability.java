package dev.rialto.messages;

import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Gauges;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Settings;
import dev.rialto.kernel.Timing;
import dev.rialto.messages.spi.Channel;
import dev.rialto.messages.spi.MessageProvider;
import dev.rialto.messages.spi.Messages;
import dev.rialto.messages.spi.NewMessage;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.CapabilityPlan;
import dev.rialto.spi.Platform;
import dev.rialto.store.Database;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Sends mail and SMS to users, each once its cause is committed.
public final class MessagesCapability implements Capability, Messages {
    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                    "platform", "messages", "messages", "Sends mail and SMS to users.");

    private final Database database;
    private final MessagesSettings settings;
    private final Outbox outbox;
    private final Templates templates;
    private final Delivery delivery;

    MessagesCapability(Platform platform, MessagesSettings settings) {
        this(
                platform.database(),
                settings,
                providers(settings, platform.clock()),
                platform.clock(),
                platform.timing());
        platform.services().offer(Messages.class, this);
    }

    MessagesCapability(
            Database database,
            MessagesSettings settings,
            Map<Channel, MessageProvider> providers,
            InstantSource clock,
            Timing timing) {
        this.database = database;
        this.settings = settings;
        this.outbox = new Outbox(database, clock);
        this.templates = new Templates(database);
        this.delivery = new Delivery(outbox, providers, settings, new Ids().hex(8), clock, timing);
    }

    /// Reads the settings; the server makes the capability when it starts.
    public static CapabilityPlan<MessagesSettings> plan(Settings in) {
        return new CapabilityPlan<>(MessagesSettings.read(in), MessagesCapability::new);
    }

    private static Map<Channel, MessageProvider> providers(
            MessagesSettings settings, InstantSource clock) {
        Map<Channel, MessageProvider> providers = new EnumMap<>(Channel.class);
        providers.put(Channel.MAIL, provider(settings.mail(), settings, clock));
        providers.put(
                Channel.SMS,
                settings.sms() == settings.mail()
                        ? providers.get(Channel.MAIL)
                        : provider(settings.sms(), settings, clock));
        return providers;
    }

    private static MessageProvider provider(
            MessagesSettings.By by, MessagesSettings settings, InstantSource clock) {
        return switch (by) {
            case KEPT -> new KeptProvider();
            case SMTP -> new SmtpProvider(settings.smtp(), settings.from(), clock);
            case WEBHOOK ->
                    new WebhookProvider(
                            settings.webhook().url().orElseThrow(),
                            settings.webhook().secret().orElseThrow(),
                            clock);
        };
    }

    @Override
    public String send(App app, NewMessage message) {
        return add(app, written(app, message, false));
    }

    /// Sends a message that the owner of an app asks for.
    ///
    /// @throws RialtoException as of [#send], and REQUEST_LIMIT_EXCEEDED when there were too many
    private String sendTest(App app, NewMessage message) {
        Outbox.Written written = written(app, message, true);
        return database.inTransaction(() -> {
            outbox.requireTest(app);
            return add(app, written);
        });
    }

    private String add(App app, Outbox.Written message) {
        String id = outbox.add(app, message);
        database.onceCommitted(delivery::wake);
        return id;
    }

    private Outbox.Written written(App app, NewMessage message, boolean isTest) {
        Recipients.require(message.channel(), message.recipient());
        Templates.Found found = templates.find(app, message.template(), message.language());
        return new Outbox.Written(
                message.channel(),
                message.recipient(),
                message.template(),
                found.language(),
                Templates.render(found.text(), message.values()),
                isTest);
    }

    @Override
    public CapabilityDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public List<Operation> operations() {
        return new MessageRoutes(
                        this::sendTest, new MessageList(database), outbox, templates, delivery)
                .operations();
    }

    @Override
    public void measure(Gauges to) {
        to.gauge("rialto.messages.waiting", "Messages that wait to be sent.", outbox::waiting);
        to.count("rialto.messages.sent", "Messages that a provider accepted.", delivery::sent);
        to.count("rialto.messages.failed", "Messages that were given up.", delivery::failed);
    }

    @Override
    public void start() {
        delivery.start();
    }

    @Override
    public void tidy(App app) {
        outbox.prune(app, settings.keep());
    }

    @Override
    public void close() {
        delivery.close();
    }
}
