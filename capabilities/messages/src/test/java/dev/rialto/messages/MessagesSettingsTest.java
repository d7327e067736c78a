package dev.rialto.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.Settings;
import dev.rialto.kernel.SetupException;
import dev.rialto.messages.spi.Channel;
import dev.rialto.messages.spi.MessageProvider;
import dev.rialto.messages.spi.MessageText;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MessagesSettingsTest {
    @ParameterizedTest
    @CsvSource({
        "messages.mail=smtp, messages.smtp.host",
        "messages.sms=smtp, messages.sms",
        "messages.smtp.port=0, messages.smtp.port",
        "messages.smtp.port=65536, messages.smtp.port",
        "messages.from=nobody, messages.from",
        "messages.from=Example <a@b@c>, messages.from",
        "messages.smtp.user=ada, messages.smtp.password",
        "messages.webhook.url=ftp://example.com, messages.webhook.url",
        "messages.sms=aliyun, messages.aliyun.templates",
        "messages.sms=tencent, messages.tencent.app-id",
        "messages.sms=twilio, messages.twilio.from",
        "messages.aliyun.templates=code, code:SMS_123",
        "messages.aliyun.templates=code:SMS_1:code minutes, code:SMS_123",
        "'messages.tencent.templates=code:1,code:2', twice",
        "messages.tencent.region=a b, messages.tencent.region",
        "messages.twilio.endpoint=https://example.com/path, messages.twilio.endpoint",
        "messages.aliyun.endpoint=example.com, messages.aliyun.endpoint"
    })
    void rejectsSettingsThatCantWork(String setting, String told) {
        Map<String, String> flags = new HashMap<>(Map.of("messages.per-second", "many"));
        flags.put(setting.split("=", 2)[0], setting.split("=", 2)[1]);
        var settings = new Settings(Map.of(), Map.of(), flags);
        MessagesSettings.read(settings);
        assertThatThrownBy(settings::finish)
                .isInstanceOf(SetupException.class)
                .hasMessageContaining(told)
                .hasMessageContaining("messages.per-second");
    }

    @Test
    void readsTemplatesOfProviders() throws Exception {
        VendorTemplates templates =
                VendorTemplates.parse(
                        "x",
                        List.of("code:SMS_1:code+time=minutes", "code/en:2", "welcome:3:name"));
        assertThat(templates.require("x", message("code", "zh-CN")))
                .isEqualTo(
                        new VendorTemplates.Registered(
                                "SMS_1",
                                List.of(
                                        new VendorTemplates.Parameter("code", "code"),
                                        new VendorTemplates.Parameter("time", "minutes"))));
        assertThat(templates.require("x", message("code", "en")).id()).isEqualTo("2");
        assertThat(templates.require("x", message("welcome", "en")).values(Map.of()))
                .containsExactly("");
    }

    private static MessageProvider.Outgoing message(String template, String language) {
        return new MessageProvider.Outgoing(
                "1",
                "app",
                Channel.SMS,
                "+4915112345678",
                new MessageText("", "", ""),
                new MessageProvider.Source(template, language, Map.of()));
    }

    @ParameterizedTest
    @CsvSource({"kept, kept", "smtp, webhook", "webhook, aliyun", "kept, tencent", "kept, twilio"})
    void makesTheProvidersThatAreSet(String mail, String sms) {
        Map<String, String> flags =
                new HashMap<>(
                        Map.of(
                                "messages.mail", mail,
                                "messages.sms", sms,
                                "messages.from", "a@example.com",
                                "messages.smtp.host", "mail.example.com",
                                "messages.webhook.url", "https://example.com",
                                "messages.webhook.secret", "x"));
        flags.putAll(
                Map.of(
                        "messages.aliyun.access-key-id", "x",
                        "messages.aliyun.access-key-secret", "x",
                        "messages.aliyun.sign-name", "x",
                        "messages.aliyun.templates", "code:SMS_1:code",
                        "messages.tencent.secret-id", "x",
                        "messages.tencent.secret-key", "x",
                        "messages.tencent.app-id", "1",
                        "messages.tencent.templates", "code:1:code"));
        flags.putAll(
                Map.of(
                        "messages.twilio.account", "AC1",
                        "messages.twilio.token", "x",
                        "messages.twilio.service", "MG1"));
        var settings = new Settings(Map.of(), Map.of(), flags);
        MessagesSettings read = MessagesSettings.read(settings);
        settings.finish();
        Map<Channel, MessageProvider> made =
                new Providers(read, () -> "", Clock.systemUTC()).byChannel();
        assertThat(made.get(Channel.MAIL)).extracting(MessageProvider::name).isEqualTo(mail);
        assertThat(made.get(Channel.SMS)).extracting(MessageProvider::name).isEqualTo(sms);
        made.values().forEach(MessageProvider::close);
    }

    @Test
    void showsNoSecrets() {
        Map<String, String> flags =
                Map.of(
                        "messages.reports.secret", "hidden",
                        "messages.aliyun.access-key-secret", "hidden",
                        "messages.tencent.secret-key", "hidden",
                        "messages.twilio.token", "hidden",
                        "messages.webhook.secret", "hidden",
                        "messages.smtp.user", "ada",
                        "messages.smtp.password", "hidden");
        var settings = new Settings(Map.of(), Map.of(), flags);
        MessagesSettings read = MessagesSettings.read(settings);
        settings.finish();
        assertThat(read.toString() + read.mail() + read.sms() + read.webhook())
                .doesNotContain("hidden");
        assertThat(settings.effective().toString()).doesNotContain("hidden");
    }
}
