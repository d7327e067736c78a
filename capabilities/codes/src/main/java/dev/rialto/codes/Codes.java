package dev.rialto.codes;

import dev.rialto.codes.spi.Address;
import dev.rialto.codes.spi.OneTimeCodes;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.SecretBox;
import dev.rialto.messages.spi.Messages;
import dev.rialto.messages.spi.NewMessage;
import dev.rialto.pages.spi.Pages;
import dev.rialto.spi.AppSettings;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Makes codes and links, sends them and checks what comes back.
final class Codes implements OneTimeCodes {
    /// How many wrong ones a code survives.
    static final int MAX_TRIES = 5;

    /// How long a link's code works that an app exchanges for a session.
    static final Duration EXCHANGE = Duration.ofMinutes(1);

    private static final String LINK = "link";
    private static final String EXCHANGED = "exchange";
    private static final String MACS = "codes";
    private static final int TOKEN_BYTES = 32;
    private static final int NUMBERS = 1_000_000;

    private final Database database;
    private final CodeStore store;
    private final Counters counters;
    private final CodeLimits limits;
    private final SecretBox secrets;
    private final Outgoing outgoing;
    private final SecureRandom random = new SecureRandom();
    private final Ids ids = new Ids(random);

    /// What codes are sent with.
    ///
    /// @param pages know the language of a request and the name of an app
    record Outgoing(Messages messages, Pages pages, AppSettings.PerApp<CodesSettings> settings) {}

    Codes(
            Database database,
            CodeStore store,
            Counters counters,
            CodeLimits limits,
            SecretBox secrets,
            Outgoing outgoing) {
        this.database = database;
        this.store = store;
        this.counters = counters;
        this.limits = limits;
        this.secrets = secrets;
        this.outgoing = outgoing;
    }

    /// A code that somebody asks for.
    ///
    /// @param wanted whether it is sent. If not, all is done as if it were, so that nobody learns
    ///   from the time that it takes who has an account
    /// @param link of a link in place of a code
    record Asked(
            App app,
            Call call,
            Recipient to,
            String purpose,
            boolean wanted,
            Optional<Link> link) {}

    /// A link that somebody asks for.
    ///
    /// @param target where it leads to once it is used; empty when nowhere
    /// @param state what it hands back
    record Link(String target, String state) {}

    @Override
    public void send(App app, Call call, Address to, String purpose) {
        send(new Asked(app, call, Recipient.of(to), purpose, true, Optional.empty()), _ -> {});
    }

    /// Sends a code or a link.
    ///
    /// @param gate may refuse it, knowing how near limits are
    void send(Asked asked, Consumer<Usage> gate) {
        requireAlone();
        CodesSettings settings = outgoing.settings().of(asked.app());
        requireCountry(settings, asked.to());
        List<Limit> all = limits.ofSending(asked.app(), asked.call(), settings.most(), asked.to());
        Usage usage = counters.usage(all);
        counters.requireRoom(usage);
        gate.accept(usage);
        Made made = asked.link().map(link -> link(asked, link)).orElseGet(() -> code(asked));
        database.inTransaction(() -> {
            counters.take(all);
            store.put(asked.app(), made.stored(), Duration.ofMinutes(MINUTES));
            post(asked, made.message());
            return made;
        });
    }

    /// A secret as it is stored and as it is sent.
    private record Made(CodeStore.Stored stored, NewMessage message) {}

    private Made code(Asked asked) {
        String code = digits();
        String mac = macs(asked.app(), asked.purpose(), asked.to(), code).getFirst();
        return new Made(
                CodeStore.Stored.code(asked.purpose(), asked.to(), mac),
                message(asked, "code", "code", code));
    }

    private Made link(Asked asked, Link link) {
        String token = ids.hex(TOKEN_BYTES);
        String address =
                asked.call().publicUrl()
                        + "/apps/"
                        + asked.app().id()
                        + "/magic-link?token="
                        + token;
        return new Made(
                new CodeStore.Stored(
                        LINK,
                        asked.to().key(),
                        macs(asked.app(), LINK, token).getFirst(),
                        asked.to().address(),
                        link.target(),
                        link.state()),
                message(asked, "magic-link", "link", address));
    }

    private NewMessage message(Asked asked, String template, String name, String value) {
        return new NewMessage(
                asked.to().channel(),
                asked.to().address(),
                template,
                outgoing.pages().language(asked.call()),
                Map.of(
                        "app",
                        outgoing.pages().appName(asked.app()),
                        name,
                        value,
                        "minutes",
                        String.valueOf(MINUTES)));
    }

    /// Puts a message into the outbox, and takes it out again unless it is wanted: both take the
    /// same time.
    private void post(Asked asked, NewMessage message) {
        database.update(Sql.of("savepoint code"));
        outgoing.messages().send(asked.app(), message);
        database.update(
                Sql.of(asked.wanted() ? "release savepoint code" : "rollback to savepoint code"));
    }

    private static void requireCountry(CodesSettings settings, Recipient to) {
        to.country()
                .filter(country -> !settings.countries().contains(country))
                .ifPresent(country -> {
                    throw new RialtoException(
                            ErrorCode.OPERATION_FORBIDDEN,
                            "no SMS are sent to numbers of "
                                    + country
                                    + "; codes.sms-countries lists the countries that they are sent"
                                    + " to");
                });
    }

    @Override
    public boolean check(App app, Call call, Address from, String purpose, String code) {
        return check(app, call, Recipient.of(from), purpose, code);
    }

    boolean check(App app, Call call, Recipient from, String purpose, String code) {
        requireAlone();
        List<Limit> tries = CodeLimits.ofTrying(app, call, from);
        database.inTransaction(() -> {
            counters.take(tries);
            return tries;
        });
        boolean isRight =
                store.redeem(app, purpose, from.key(), macs(app, purpose, from, code), MAX_TRIES);
        if (isRight) {
            counters.giveBack(tries);
        }
        return isRight;
    }

    /// Lets a code be used again whose use was refused for another reason, such as a second factor
    /// that is missing. It still counts as a try.
    void restore(App app, Recipient from, String purpose, String code) {
        store.restore(app, purpose, macs(app, purpose, from, code));
    }

    /// Where a link leads to once it is used; empty when it doesn't work, a text without characters
    /// when it leads nowhere.
    Optional<String> linkTarget(App app, String token) {
        return store.target(app, LINK, macs(app, LINK, token));
    }

    /// Uses up the token of a link.
    Optional<CodeStore.Stored> followLink(App app, String token) {
        requireAlone();
        return store.redeem(app, LINK, macs(app, LINK, token));
    }

    /// A code in place of a link that was used, for people to type.
    String digitsFor(App app, Recipient to, String purpose) {
        String code = digits();
        String mac = macs(app, purpose, to, code).getFirst();
        store.put(app, CodeStore.Stored.code(purpose, to, mac), Duration.ofMinutes(MINUTES));
        return code;
    }

    /// A code in place of a link that was used, for the app that it leads to.
    String exchangeFor(App app, CodeStore.Stored link) {
        String token = ids.hex(TOKEN_BYTES);
        String mac = macs(app, EXCHANGED, token).getFirst();
        store.put(
                app,
                new CodeStore.Stored(
                        EXCHANGED, link.recipient(), mac, link.address(), "", link.state()),
                EXCHANGE);
        return token;
    }

    /// Uses up a code of [#exchangeFor].
    Optional<CodeStore.Stored> exchange(App app, String token) {
        requireAlone();
        return store.redeem(app, EXCHANGED, macs(app, EXCHANGED, token));
    }

    /// Lets a code of [#exchangeFor] be used again.
    void restoreExchange(App app, String token) {
        store.restore(app, EXCHANGED, macs(app, EXCHANGED, token));
    }

    /// What is counted in a transaction of others would be rolled back with it: a batch whose last
    /// operation always fails could try all codes there are.
    private void requireAlone() {
        if (database.isInTransaction()) {
            throw new RialtoException(
                    ErrorCode.OPERATION_FORBIDDEN,
                    "codes can't be sent or checked within a transaction");
        }
    }

    private String digits() {
        return "%06d".formatted(random.nextInt(NUMBERS));
    }

    private List<String> macs(App app, String purpose, Recipient to, String code) {
        return secrets.macs(String.join("\n", app.id(), purpose, to.key(), code), MACS);
    }

    private List<String> macs(App app, String purpose, String token) {
        return secrets.macs(String.join("\n", app.id(), purpose, token), MACS);
    }
}
