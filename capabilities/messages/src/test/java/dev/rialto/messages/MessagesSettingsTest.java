package dev.rialto.messages;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.Settings;
import dev.rialto.kernel.SetupException;
import java.util.HashMap;
import java.util.Map;
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
        "messages.webhook.url=ftp://example.com, messages.webhook.url"
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
}
