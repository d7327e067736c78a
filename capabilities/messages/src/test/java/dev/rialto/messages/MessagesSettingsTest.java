package dev.rialto.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.Settings;
import dev.rialto.kernel.SetupException;
import dev.rialto.messages.spi.Channel;
import dev.rialto.messages.spi.MessageProvider;
import dev.rialto.messages.spi.MessageText;
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
