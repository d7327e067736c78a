package dev.rialto.signin;

import dev.rialto.accounts.spi.AuthProvider;
import dev.rialto.accounts.spi.AuthProviderSource;
import dev.rialto.kernel.App;
import dev.rialto.spi.AppSettings.PerApp;
import java.time.InstantSource;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// The providers that each app has configured.
final class AppProviders implements AuthProviderSource {
    private final PerApp<SignInSettings> settings;
    private final ProviderHttp http;
    private final InstantSource clock;
    private final Documents documents;
    private final IdTokens tokens;
    private final AppleSecret appleSecret;

    AppProviders(PerApp<SignInSettings> settings, ProviderHttp http, InstantSource clock) {
        this.settings = settings;
        this.http = http;
        this.clock = clock;
        this.documents = new Documents(clock);
        this.tokens = new IdTokens(clock);
        this.appleSecret = new AppleSecret(clock);
    }

    @Override
    public Optional<AuthProvider> find(App app, String name) {
        return configured(app, name).map(each -> new Claimed(app, each));
    }

    /// A provider, as an app has configured it.
    Optional<Provider> provider(App app, String name) {
        return configured(app, name).map(each -> open(app, each));
    }

    /// What accounts are told of a person. Only an app that links by email tells an address.
    AuthProvider.Identity identity(App app, Person person) {
        return new AuthProvider.Identity(
                person.id(),
                person.kept(),
                settings.of(app).linkByEmail() ? person.verifiedEmail() : Optional.empty());
    }

    private Optional<ProviderSettings> configured(App app, String name) {
        return Optional.ofNullable(settings.of(app).providers().get(name));
    }

    private Provider open(App app, ProviderSettings of) {
        var client = new ProviderClient(app, of.label(), http, documents);
        return switch (of.preset()) {
            case GOOGLE, APPLE, MICROSOFT, LINKEDIN, GITLAB, OPENID ->
                    new OpenIdProvider(of, client, tokens, appleSecret);
            case FACEBOOK -> new Facebook(of, client, tokens);
            case GITHUB -> new GitHub(of, client);
            case DISCORD -> new Discord(of, client);
            case TWITTER -> new Twitter(of, client);
            case LINE -> new Line(of, client);
            case WECHAT -> new WeChat(of, client);
            case QQ -> new Qq(of, client);
            case WEIBO -> new Weibo(of, client);
            case ALIPAY -> new Alipay(of, client, clock);
            case DINGTALK -> new DingTalk(of, client);
            case FEISHU -> new Feishu(of, client);
            case LDAP -> new Ldap(app, of, http.rules(app));
        };
    }

    /// A provider that checks `authData`.
    private final class Claimed implements AuthProvider {
        private final App app;
        private final ProviderSettings of;

        Claimed(App app, ProviderSettings of) {
            this.app = app;
            this.of = of;
        }

        @Override
        public String name() {
            return of.name();
        }

        @Override
        public Identity verify(App asking, ObjectNode claims) {
            return identity(app, open(app, of).verify(claims));
        }
    }
}
