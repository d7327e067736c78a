package dev.rialto.signin;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What is known of a provider. Its name in settings and `authData` is that of Parse Server's
/// adapter where there is one.
@SuppressWarnings("ImmutableEnumChecker") // the lists are those of List.of
enum Preset {
    GOOGLE("Google", List.of("openid", "email", "profile")),
    APPLE("Apple", List.of("openid", "email"), "team-id", "key-id", "private-key"),
    MICROSOFT("Microsoft", List.of("openid", "email", "profile"), "tenants"),
    FACEBOOK("Facebook", List.of("public_profile", "email")),
    GITHUB("GitHub", List.of("read:user", "user:email")),
    LINKEDIN("LinkedIn", List.of("openid", "email", "profile")),
    GITLAB("GitLab", List.of("openid", "email", "profile")),
    DISCORD("Discord", List.of("identify", "email")),
    TWITTER("Twitter", List.of("users.read", "tweet.read")),
    LINE("LINE", List.of("openid", "profile")),
    WECHAT("WeChat", List.of("snsapi_login"), "union-id", "mini-programs"),
    QQ("QQ", List.of("get_user_info"), "union-id"),
    WEIBO("Weibo", List.of()),
    ALIPAY("Alipay", List.of("auth_user"), "private-key", "public-key"),
    DINGTALK("DingTalk", List.of("openid")),
    FEISHU("Feishu", List.of(), "union-id"),
    LDAP("LDAP", List.of(), "dn", "suffix", "group-cn", "group-filter"),
    /// Any other provider, by its metadata.
    OPENID("OpenID", List.of("openid", "email", "profile"));

    private static final Set<String> SECRETS = Set.of("private-key");

    private final String label;
    private final List<String> scopes;
    private final List<String> keys;

    Preset(String label, List<String> scopes, String... keys) {
        this.label = label;
        this.scopes = scopes;
        this.keys = List.of(keys);
    }

    /// @param name as it is in `sign-in.providers` and in `authData`
    static Preset of(String name) {
        return Stream.of(values())
                .filter(each -> each != OPENID && each.text().equals(name))
                .findFirst()
                .orElse(OPENID);
    }

    private String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// What people call it.
    String label(String name) {
        return this == OPENID ? name : label;
    }

    List<String> scopes() {
        return scopes;
    }

    /// The settings that it alone has.
    List<String> keys() {
        return keys;
    }

    static boolean isSecret(String key) {
        return SECRETS.contains(key);
    }

    boolean hasIssuer() {
        return switch (this) {
            case OPENID, GITLAB -> true;
            case GOOGLE,
                    APPLE,
                    MICROSOFT,
                    FACEBOOK,
                    GITHUB,
                    LINKEDIN,
                    DISCORD,
                    TWITTER,
                    LINE,
                    WECHAT,
                    QQ,
                    WEIBO,
                    ALIPAY,
                    DINGTALK,
                    FEISHU,
                    LDAP ->
                    false;
        };
    }

    /// What must be set beside the client id.
    List<String> required() {
        return switch (this) {
            case OPENID -> List.of("issuer");
            case FACEBOOK, GITHUB, DISCORD, WECHAT, QQ, WEIBO, LINE, DINGTALK, FEISHU ->
                    List.of("client-secret");
            case ALIPAY -> List.of("private-key", "public-key");
            case LDAP -> List.of("url");
            case GOOGLE, APPLE, MICROSOFT, LINKEDIN, GITLAB, TWITTER -> List.of();
        };
    }

    /// Where its metadata is found, when that is known.
    Optional<String> discovery() {
        return switch (this) {
            case GOOGLE -> Optional.of("https://accounts.google.com");
            case APPLE -> Optional.of("https://appleid.apple.com");
            case MICROSOFT -> Optional.of("https://login.microsoftonline.com/common/v2.0");
            case LINKEDIN -> Optional.of("https://www.linkedin.com/oauth");
            case GITLAB -> Optional.of("https://gitlab.com");
            case FACEBOOK -> Optional.of("https://www.facebook.com");
            case OPENID,
                    GITHUB,
                    DISCORD,
                    TWITTER,
                    LINE,
                    WECHAT,
                    QQ,
                    WEIBO,
                    ALIPAY,
                    DINGTALK,
                    FEISHU,
                    LDAP ->
                    Optional.empty();
        };
    }
}
