package dev.rialto.accounts;

import dev.rialto.accounts.LinkTokens.Recipient;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.messages.spi.Channel;
import dev.rialto.messages.spi.NewMessage;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/// The mail of accounts. It is sent in the transaction that causes it.
final class AccountMail {
    /// Anybody can sign up with the address of somebody else, so that a name is text of a stranger
    /// in mail of the app: what could be a sentence or an address is not shown.
    private static final Pattern SHOWN_NAME = Pattern.compile("[\\p{L}\\p{M}\\p{N}_-]{1,40}");

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    private final Mailing mailing;

    AccountMail(Mailing mailing) {
        this.mailing = mailing;
    }

    EmailSettings settings(App app) {
        return mailing.settings().of(app);
    }

    /// The language that the caller likes best, as a tag.
    String language(Optional<Call> call) {
        return call.map(mailing.pages()::language).orElse("en");
    }

    /// Sends a link.
    void sendLink(App app, ObjectNode user, Recipient to, Link link) {
        Map<String, String> values = new HashMap<>();
        values.put("link", address(app, link.page(), link.token()));
        values.put("hours", atLeastOne(link.validity().plusMinutes(59).toHours()));
        values.put("days", atLeastOne(link.validity().toDays()));
        send(app, user, to, link.template(), values);
    }

    /// A link as it is sent.
    ///
    /// @param page the last part of its path
    record Link(String template, String page, String token, Duration validity) {
        /// Doesn't show the token.
        @Override
        public String toString() {
            return "link to " + page;
        }
    }

    /// Tells a user that its password was changed.
    void sendPasswordChanged(App app, ObjectNode user, Recipient to, Instant at) {
        send(app, user, to, "password-changed", Map.of("time", TIME.format(at)));
    }

    /// Tells a user of a log-in from a device that it has not had.
    void sendNewDevice(App app, ObjectNode user, Recipient to, Device device) {
        send(
                app,
                user,
                to,
                "new-device",
                Map.of(
                        "device", device.name(),
                        "place", device.place(),
                        "time", TIME.format(device.seenAt())));
    }

    /// A device that somebody logged in from.
    ///
    /// @param name what its user agent tells
    /// @param place its address, as far as the app shows addresses
    record Device(String name, String place, Instant seenAt) {}

    private void send(
            App app, ObjectNode user, Recipient to, String template, Map<String, String> values) {
        Map<String, String> all = new HashMap<>(values);
        all.put("app", mailing.pages().appName(app));
        String name = user.path("username").asString("");
        if (SHOWN_NAME.matcher(name).matches()) {
            all.put("name", name);
        }
        mailing.messages()
                .send(
                        app,
                        new NewMessage(Channel.MAIL, to.address(), template, to.language(), all));
    }

    private String address(App app, String page, String token) {
        String path = "/apps/" + URLEncoder.encode(app.id(), StandardCharsets.UTF_8) + "/" + page;
        SequencedMap<String, String> parameters = new LinkedHashMap<>();
        Optional<URI> frame = settings(app).pages().frame();
        frame.ifPresent(_ -> parameters.put("link", path));
        parameters.put("token", token);
        URI leading = frame.orElseGet(() -> URI.create(mailing.publicUrl().get() + path));
        return OwnPages.with(leading, parameters);
    }

    private static String atLeastOne(long number) {
        return Long.toString(Math.max(1, number));
    }
}
