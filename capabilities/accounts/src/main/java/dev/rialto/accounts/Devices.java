package dev.rialto.accounts;

import dev.rialto.accounts.LinkTokens.Recipient;
import dev.rialto.accounts.spi.UserRecords;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Sha256;
import dev.rialto.model.DateText;
import dev.rialto.spi.AppSettings.PerApp;
import dev.rialto.spi.Objects;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import tools.jackson.databind.node.ObjectNode;

/// The devices that users have had, and the messages that tell them of log-ins from others. A
/// device is known by its installation id or, without one, by what its user agent tells. Nothing is
/// kept for apps that don't want these messages.
final class Devices implements UserRecords {
    private static final Logger LOG = Logger.getLogger(Devices.class.getName());

    private final Database database;
    private final Supplier<Objects> objects;
    private final AccountMail mail;
    private final PerApp<AccountPolicy> policies;
    private final InstantSource clock;

    Devices(
            Database database,
            Supplier<Objects> objects,
            AccountMail mail,
            PerApp<AccountPolicy> policies,
            InstantSource clock) {
        this.database = database;
        this.objects = objects;
        this.mail = mail;
        this.policies = policies;
        this.clock = clock;
    }

    /// Remembers the device of a session that is being opened, and tells the user of a log-in from
    /// one that it has not had. The first one of a user is nothing new.
    void opened(App app, Sessions.Opening opening) {
        if (!policies.of(app).sessions().newDeviceMessage() || opening.call().isEmpty()) {
            return;
        }
        Call call = opening.call().get();
        String agent = call.header("User-Agent").orElse("");
        String device =
                opening.installationId()
                        .map(id -> "installation " + id)
                        .orElseGet(() -> "agent " + ClientNote.device(agent));
        Instant now = clock.instant();
        if (remember(app, opening.userId(), digest(device), now)
                && opening.action().equals("login")
                && hasOthers(app, opening.userId(), digest(device))) {
            tell(app, opening, call, ClientNote.device(agent), now);
        }
    }

    @Override
    public String name() {
        return "devices";
    }

    /// When they were first seen: what they are is not kept.
    @Override
    public List<ObjectNode> of(App app, ObjectNode user) {
        return database.query(
                Sql.of(
                        "SELECT \"firstSeenAt\" FROM "
                                + table(app)
                                + " WHERE \"userId\" = ? ORDER BY 1",
                        user.path("objectId").asString("")),
                row ->
                        Json.object()
                                .put(
                                        "firstSeenAt",
                                        DateText.write(
                                                row.getObject(1, OffsetDateTime.class)
                                                        .toInstant())));
    }

    @Override
    public void disown(App app, String userId) {
        forget(app, userId);
    }

    @Override
    public void forget(App app, String userId) {
        database.update(Sql.of("DELETE FROM " + table(app) + " WHERE \"userId\" = ?", userId));
    }

    @Override
    public void forgetAll(App app) {
        database.update(Sql.of("DELETE FROM " + table(app)));
    }

    /// @return whether it was not known
    private boolean remember(App app, String userId, String device, Instant now) {
        return database.update(
                        Sql.of(
                                "INSERT INTO "
                                        + table(app)
                                        + " (\"userId\", device, \"firstSeenAt\") VALUES (?, ?, ?)"
                                        + " ON CONFLICT DO NOTHING",
                                userId,
                                device,
                                now))
                == 1;
    }

    private boolean hasOthers(App app, String userId, String device) {
        return database.queryFirst(
                        Sql.of(
                                "SELECT 1 FROM "
                                        + table(app)
                                        + " WHERE \"userId\" = ? AND device <> ? LIMIT 1",
                                userId,
                                device),
                        _ -> true)
                .orElse(false);
    }

    private void tell(App app, Sessions.Opening opening, Call call, String device, Instant now) {
        Optional<ObjectNode> user =
                objects
                        .get()
                        .findHidden(
                                app,
                                UserRules.CLASS,
                                Sessions.text("objectId", opening.userId()),
                                1)
                        .stream()
                        .findFirst();
        String email = user.map(each -> each.path("email").asString("")).orElse("");
        // An address that is not the user's would learn of its log-ins.
        boolean unverified =
                user.map(each -> each.path("emailVerified"))
                        .filter(verified -> verified.isBoolean() && !verified.booleanValue())
                        .isPresent();
        if (email.isEmpty() || unverified) {
            return;
        }
        String place =
                ClientNote.address(call.remoteAddress(), policies.of(app).sessions().address());
        var to = new Recipient(opening.userId(), email, mail.language(Optional.of(call)));
        try {
            mail.sendNewDevice(app, user.get(), to, new AccountMail.Device(device, place, now));
        } catch (RialtoException refused) {
            // A mail address that can't be written to keeps nobody from logging in.
            LOG.log(Level.INFO, "no message of a new device was sent", refused);
        }
    }

    private static String digest(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Sha256.of(text));
    }

    private static String table(App app) {
        return Sql.name(app.schema()) + ".\"_device\"";
    }
}
