package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Settings;
import dev.rialto.messages.spi.Messages;
import dev.rialto.messages.spi.NewMessage;
import dev.rialto.pages.spi.Page;
import dev.rialto.pages.spi.Pages;
import dev.rialto.store.Database;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// A mailbox for all users, and pages as JSON.
final class TestMail implements Messages, Pages {
    private final Database database;
    private final List<NewMessage> sent = new CopyOnWriteArrayList<>();
    private volatile EmailSettings settings = EmailSettings.defaults();

    TestMail(Database database) {
        this.database = database;
    }

    Mailing mailing(Function<String, Optional<App>> apps) {
        return new Mailing(
                _ -> settings, this, this, () -> "https://api.example/v1", apps, new StoppedTime());
    }

    /// Sets what the owner of the app has set.
    void set(String... pairs) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            values.put(pairs[i], pairs[i + 1]);
        }
        var in = new Settings(values, Map.of(), Map.of());
        settings = EmailSettings.read(in);
        in.finish();
    }

    /// What was sent of a template, the oldest first.
    List<NewMessage> of(String template) {
        return sent.stream().filter(each -> each.template().equals(template)).toList();
    }

    void clear() {
        sent.clear();
    }

    /// What was sent to an address, the oldest first.
    List<NewMessage> to(String address) {
        return sent.stream().filter(each -> each.recipient().equals(address)).toList();
    }

    /// The mail of a template that was sent to an address last.
    NewMessage last(String address, String template) {
        List<NewMessage> all =
                to(address).stream().filter(each -> each.template().equals(template)).toList();
        assertThat(all).as(template + " to " + address).isNotEmpty();
        return all.getLast();
    }

    /// The link in the mail of a template that was sent to an address last.
    URI link(String address, String template) {
        return URI.create(last(address, template).values().get("link"));
    }

    /// The token in that link.
    String token(String address, String template) {
        return link(address, template).getQuery().replaceFirst(".*token=", "");
    }

    @Override
    public String send(App app, NewMessage message) {
        if (message.recipient().contains("invalid")) {
            throw new RialtoException(
                    ErrorCode.INVALID_EMAIL_ADDRESS, "Email address format is invalid.");
        }
        database.onceCommitted(() -> sent.add(message));
        return "message";
    }

    @Override
    public Answer show(App app, Call call, Page page) {
        ObjectNode shown = Json.object().put("page", page.name());
        page.values().forEach((name, value) -> shown.put(name, String.valueOf(value)));
        return Answer.of(page.status(), shown);
    }

    @Override
    public String language(Call call) {
        return "zh-CN";
    }

    @Override
    public String appName(App app) {
        return "Example";
    }
}
