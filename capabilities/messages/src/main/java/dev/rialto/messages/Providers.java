package dev.rialto.messages;

import dev.rialto.messages.spi.Channel;
import dev.rialto.messages.spi.MessageProvider;
import dev.rialto.messages.spi.MessageProvider.Outgoing;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Makes the providers that an operator has set.
final class Providers {
    private final MessagesSettings settings;
    private final Supplier<String> publicUrl;
    private final InstantSource clock;

    /// @param publicUrl the address of `/v1`, without a slash at its end
    Providers(MessagesSettings settings, Supplier<String> publicUrl, InstantSource clock) {
        this.settings = settings;
        this.publicUrl = publicUrl;
        this.clock = clock;
    }

    Map<Channel, MessageProvider> byChannel() {
        Map<Channel, MessageProvider> all = new EnumMap<>(Channel.class);
        all.put(Channel.MAIL, mail());
        all.put(Channel.SMS, sms());
        return all;
    }

    private MessageProvider mail() {
        return switch (settings.mail().by()) {
            case KEPT -> new KeptProvider();
            case SMTP -> new SmtpProvider(settings.mail(), clock);
            case WEBHOOK -> webhook();
        };
    }

    private MessageProvider sms() {
        SmsSettings sms = settings.sms();
        return switch (sms.by()) {
            case KEPT -> new KeptProvider();
            case WEBHOOK -> webhook();
            case ALIYUN -> new AliyunProvider(sms.aliyun(), clock);
            case TENCENT -> new TencentProvider(sms.tencent(), clock);
            case TWILIO -> new TwilioProvider(sms.twilio(), this::reports);
        };
    }

    private MessageProvider webhook() {
        return new WebhookProvider(
                settings.webhook().url().orElseThrow(),
                settings.webhook().secret().orElseThrow(),
                clock);
    }

    /// Where Twilio reports what became of a message, if it can reach this server: it rejects
    /// addresses of laptops.
    private Optional<String> reports(Outgoing message) {
        return Optional.of(publicUrl.get())
                .filter(each -> each.startsWith("https://"))
                .map(each -> DeliveryReports.address(each, message, TwilioProvider.NAME));
    }
}
