package dev.rialto.messages;

import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Gauges;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Settings;
import dev.rialto.kernel.Timing;
import dev.rialto.messages.spi.Channel;
import dev.rialto.messages.spi.MessageProvider;
import dev.rialto.messages.spi.MessageText;
import dev.rialto.messages.spi.Messages;
import dev.rialto.messages.spi.NewMessage;
import dev.rialto.pages.spi.Pages;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.CapabilityPlan;
import dev.rialto.spi.Platform;
import dev.rialto.store.Database;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Sends mail and SMS to users, each once its cause is committed.
public final class MessagesCapability implements Capability, Messages {
    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                    "platform", "messages", "messages", "Sends mail and SMS to users.");

    private final Database database;
    private final MessagesSettings settings;
    private final Suppressions suppressions;
    private final Outbox outbox;
    private final Templates templates;
    private final UnsubscribeLinks links;
    private final Delivery delivery;
    private final List<Operation> doors;

    MessagesCapability(Platform platform, MessagesSettings settings) {
        this(
                platform.database(),
                settings,
                new Providers(settings, platform.publicUrl(), platform.clock()).byChannel(),
                new Surroundings(
                        platform::app,
                        platform.services().get(Pages.class),
                        platform.publicUrl(),
                        platform.clock(),
                        platform.timing()));
        platform.services().offer(Messages.class, this);
    }

    MessagesCapability(
            Database database,
            MessagesSettings settings,
            Map<Channel, MessageProvider> providers,
            Surroundings around) {
        this.database = database;
        this.settings = settings;
        this.suppressions = new Suppressions(database, around.clock());
        this.outbox = new Outbox(database, suppressions, around.clock());
        this.templates = new Templates(database);
        this.links = new UnsubscribeLinks(database, around.publicUrl());
        this.delivery =
                new Delivery(
                        outbox, suppressions, providers, settings, around.clock(), around.timing());
        this.doors = doors(around);
    }

    /// What the server offers.
    ///
    /// @param apps finds an app by its id
    /// @param publicUrl the address of `/v1`, without a slash at its end
    record Surroundings(
            Function<String, Optional<App>> apps,
            Pages pages,
            Supplier<String> publicUrl,
            InstantSource clock,
            Timing timing) {}

    /// Reads the settings; the server makes the capability when it starts.
    public static CapabilityPlan<MessagesSettings> plan(Settings in) {
        return new CapabilityPlan<>(MessagesSettings.read(in), MessagesCapability::new);
    }

    /// What is open to those who have no key: to providers and to recipients.
    private List<Operation> doors(Surroundings around) {
        Map<String, DeliveryReports.Source> sources = new HashMap<>();
        settings.reportsSecret()
                .ifPresent(secret ->
                        sources.put("webhook", new SignedReports(secret, around.clock())));
        if (settings.sms().by() == SmsSettings.By.TWILIO) {
            settings.sms()
                    .twilio()
                    .token()
                    .ifPresent(token -> sources.put(TwilioProvider.NAME, new TwilioReports(token)));
        }
        return Stream.concat(
                        new DeliveryReports(database, outbox, suppressions, around.apps(), sources)
                                .operations().stream(),
                        new UnsubscribePage(links, suppressions, around.apps(), around.pages())
                                .operations().stream())
                .toList();
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
        Channel channel = message.channel();
        Recipients.require(channel, message.recipient());
        Templates.Found found = templates.find(app, message.template(), message.language());
        Map<String, String> values = Templates.shown(message.values());
        values.remove(MessageProvider.UNSUBSCRIBE);
        if (channel == Channel.MAIL && !Templates.isEssential(message.template())) {
            values.put(
                    MessageProvider.UNSUBSCRIBE,
                    links.of(app, message.recipient(), message.template()));
        }
        return new Outbox.Written(
                channel,
                message.recipient(),
                new MessageProvider.Source(message.template(), found.language(), values),
                text(channel, Templates.render(found.text(), values)),
                isTest);
    }

    /// SMS have neither a subject nor HTML.
    private static MessageText text(Channel channel, MessageText text) {
        return switch (channel) {
            case MAIL -> text;
            case SMS -> new MessageText("", text.body(), "");
        };
    }

    @Override
    public CapabilityDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public List<Operation> operations() {
        return Stream.of(
                        new MessageRoutes(
                                        this::sendTest,
                                        new MessageList(database),
                                        outbox,
                                        delivery,
                                        settings.mail().dkim())
                                .operations(),
                        new TemplateRoutes(templates).operations(),
                        new SuppressionRoutes(suppressions).operations(),
                        doors)
                .flatMap(List::stream)
                .toList();
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
