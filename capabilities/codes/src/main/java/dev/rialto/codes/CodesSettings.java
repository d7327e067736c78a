package dev.rialto.codes;

import dev.rialto.kernel.Settings;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/// Settings of codes that an app may have for itself.
///
/// @param signUp whether who proves an address that no user has becomes a new user
/// @param countries where SMS may be sent to, by ISO 3166
/// @param magicLinkUrls where links may lead to once they are used; the first one unless another is
///   asked for
public record CodesSettings(
        boolean signUp,
        List<String> countries,
        List<URI> magicLinkUrls,
        Most most,
        Captcha captcha) {
    private static final int MAX_URLS = 50;

    public CodesSettings {
        countries = List.copyOf(countries);
        magicLinkUrls = List.copyOf(magicLinkUrls);
        countries.stream()
                .filter(each -> !Phone.isCountry(each))
                .findFirst()
                .ifPresent(each -> {
                    throw new IllegalArgumentException(
                            "codes.sms-countries: \""
                                    + each
                                    + "\" is not a country by ISO 3166, such as DE");
                });
        if (magicLinkUrls.size() > MAX_URLS) {
            throw new IllegalArgumentException(
                    "codes.magic-link-urls: there can be at most " + MAX_URLS);
        }
        magicLinkUrls.forEach(CodesSettings::requireWeb);
    }

    private static void requireWeb(URI url) {
        boolean local = "localhost".equals(url.getHost()) || "127.0.0.1".equals(url.getHost());
        boolean web = "https".equals(url.getScheme()) || ("http".equals(url.getScheme()) && local);
        if (!web
                || url.getHost() == null
                || url.getRawUserInfo() != null
                || url.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "codes.magic-link-urls: \""
                            + url
                            + "\" must be an https URL without a fragment, or one of localhost");
        }
    }

    /// How many codes may be sent.
    ///
    /// @param perRecipient to one address in an hour
    /// @param perRecipientADay to one address in a day
    /// @param perClient from one network in an hour
    /// @param perInstallation for one installation, and for one user, in an hour
    /// @param perCountry by SMS to one country in an hour
    /// @param sms by SMS in an hour
    /// @param smsADay by SMS in a day
    /// @param mails by mail in an hour
    public record Most(
            int perRecipient,
            int perRecipientADay,
            int perClient,
            int perInstallation,
            int perCountry,
            int sms,
            int smsADay,
            int mails) {
        public Most {
            if (List.of(
                            perRecipient,
                            perRecipientADay,
                            perClient,
                            perInstallation,
                            perCountry,
                            sms,
                            smsADay,
                            mails)
                    .stream()
                    .anyMatch(each -> each < 0)) {
                throw new IllegalArgumentException("limits of codes must not be negative");
            }
        }

        static Most defaults() {
            return new Most(5, 10, 20, 10, 50, 100, 500, 1_000);
        }

        private static Most read(Settings in) {
            Most standard = defaults();
            int recipient = in.integer("codes.per-recipient", standard.perRecipient());
            int day = in.integer("codes.per-recipient-a-day", standard.perRecipientADay());
            int client = in.integer("codes.per-client", standard.perClient());
            int device = in.integer("codes.per-installation", standard.perInstallation());
            int country = in.integer("codes.sms-per-country", standard.perCountry());
            int sms = in.integer("codes.sms-per-app", standard.sms());
            int smsDay = in.integer("codes.sms-per-app-a-day", standard.smsADay());
            int mails = in.integer("codes.mails-per-app", standard.mails());
            return in.build(
                    standard,
                    () -> new Most(recipient, day, client, device, country, sms, smsDay, mails));
        }

        private Most cappedBy(Most cap) {
            return new Most(
                    Math.min(perRecipient, cap.perRecipient),
                    Math.min(perRecipientADay, cap.perRecipientADay),
                    Math.min(perClient, cap.perClient),
                    Math.min(perInstallation, cap.perInstallation),
                    Math.min(perCountry, cap.perCountry),
                    Math.min(sms, cap.sms),
                    Math.min(smsADay, cap.smsADay),
                    Math.min(mails, cap.mails));
        }
    }

    /// When a captcha is asked for.
    public enum When {
        /// When half of a limit is used.
        AUTO,
        ALWAYS,
        NEVER
    }

    /// @param provider `altcha` for the server's own, `turnstile`, `hcaptcha`, or the name of
    ///   another one
    /// @param secret of the provider
    /// @param difficulty how many hashes a client computes at most when nobody attacks
    public record Captcha(When when, String provider, Optional<String> secret, int difficulty) {
        private static final int MAX_DIFFICULTY = 10_000_000;

        public Captcha {
            if (difficulty < 1 || difficulty > MAX_DIFFICULTY) {
                throw new IllegalArgumentException(
                        "codes.captcha-difficulty must be 1 to " + MAX_DIFFICULTY);
            }
            if (secret.isEmpty() && SiteVerify.PLACES.containsKey(provider)) {
                throw new IllegalArgumentException(
                        "codes.captcha-secret is needed for " + provider);
            }
        }

        static Captcha defaults() {
            return new Captcha(When.AUTO, Altcha.NAME, Optional.empty(), 50_000);
        }

        private static Captcha read(Settings in) {
            Captcha standard = defaults();
            When when = in.choice("codes.captcha", When.class, standard.when());
            String provider = in.text("codes.captcha-provider", standard.provider());
            Optional<String> secret = in.secret("codes.captcha-secret");
            int difficulty = in.integer("codes.captcha-difficulty", standard.difficulty());
            return in.build(standard, () -> new Captcha(when, provider, secret, difficulty));
        }

        /// Doesn't show the secret.
        @Override
        public String toString() {
            return provider;
        }
    }

    public static CodesSettings defaults() {
        return new CodesSettings(false, List.of(), List.of(), Most.defaults(), Captcha.defaults());
    }

    /// Reads what the operator or an app's owner has set.
    public static CodesSettings read(Settings in) {
        CodesSettings standard = defaults();
        boolean signUp = in.yes("codes.sign-up", standard.signUp());
        List<String> countries = in.list("codes.sms-countries", standard.countries());
        List<String> urls = in.list("codes.magic-link-urls", List.of());
        Most most = Most.read(in);
        Captcha captcha = Captcha.read(in);
        return in.build(
                standard,
                () ->
                        new CodesSettings(
                                signUp,
                                countries,
                                urls.stream().map(URI::create).toList(),
                                most,
                                captcha));
    }

    /// Reads what an app's owner has set. Whoever runs the server pays for SMS and answers for
    /// mail, so an owner can lower limits and leave out countries, but not more.
    static CodesSettings read(Settings in, CodesSettings server) {
        CodesSettings own = read(in);
        List<String> allowed =
                own.countries().stream().filter(server.countries()::contains).toList();
        var capped =
                new CodesSettings(
                        own.signUp(),
                        allowed,
                        own.magicLinkUrls(),
                        own.most().cappedBy(server.most()),
                        own.captcha());
        if (!capped.most().equals(own.most())) {
            in.problem("the limits of codes can be lowered for an app, not raised");
        }
        if (!allowed.equals(own.countries())) {
            in.problem(
                    "codes.sms-countries must be among those of the server: "
                            + (server.countries().isEmpty()
                                    ? "it sends no SMS"
                                    : String.join(", ", server.countries())));
        }
        return capped;
    }
}
