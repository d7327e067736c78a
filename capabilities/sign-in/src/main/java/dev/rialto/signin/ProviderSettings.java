package dev.rialto.signin;

import dev.rialto.kernel.Settings;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// How one app uses one provider.
///
/// @param name in settings and `authData`
/// @param client what the provider knows the app as
/// @param issuer of ID tokens, when the preset does not know it
/// @param url takes the place of the origins of the provider's servers
/// @param more what this preset alone has
record ProviderSettings(
        String name,
        Preset preset,
        Client client,
        Optional<URI> issuer,
        Optional<URI> url,
        Map<String, String> more) {

    private static final int MAX_CLIENTS = 20;

    /// What a provider knows an app as.
    ///
    /// @param ids for iOS, Android, the web; the first is the one that codes are for unless a
    ///   client names another
    /// @param secrets of the ids, in their order; there may be fewer
    record Client(List<String> ids, List<String> secrets, List<String> scopes) {
        Client {
            ids = List.copyOf(ids);
            secrets = List.copyOf(secrets);
            scopes = List.copyOf(scopes);
        }
    }

    ProviderSettings {
        more = Map.copyOf(more);
    }

    /// Reads `sign-in.NAME.*`.
    ///
    /// @return empty when they are not valid, which is noted
    static Optional<ProviderSettings> read(Settings in, String name) {
        String prefix = "sign-in." + name + ".";
        Preset preset = Preset.of(name);
        List<String> missing = new ArrayList<>();
        boolean ldap = preset == Preset.LDAP;
        Optional<URI> issuer = Optional.empty();
        if (preset.hasIssuer()) {
            issuer = address(in, prefix + "issuer", Set.of("https", "http"));
        }
        Set<String> schemes = ldap ? Set.of("ldaps", "ldap") : Set.of("https", "http");
        Optional<URI> url =
                preset == Preset.OPENID ? Optional.empty() : address(in, prefix + "url", schemes);
        Client client = ldap ? new Client(List.of(), List.of(), List.of()) : client(in, name);
        if (!ldap && client.ids().isEmpty()) {
            missing.add("client-id");
        }
        Map<String, String> more = more(in, prefix, preset);
        for (String each : preset.required()) {
            boolean given =
                    switch (each) {
                        case "issuer" -> issuer.isPresent();
                        case "url" -> url.isPresent();
                        case "client-secret" -> !client.secrets().isEmpty();
                        default -> more.containsKey(each);
                    };
            if (!given) {
                missing.add(each);
            }
        }
        if (ldap && !more.containsKey("dn") && !more.containsKey("suffix")) {
            missing.add("dn");
        }
        missing.forEach(each ->
                in.problem(prefix + each + " must be set, as sign-in.providers has " + name));
        var read = new ProviderSettings(name, preset, client, issuer, url, more);
        return missing.isEmpty() && read.isConsistent(in, prefix)
                ? Optional.of(read)
                : Optional.empty();
    }

    private static Client client(Settings in, String name) {
        String prefix = "sign-in." + name + ".";
        Preset preset = Preset.of(name);
        List<String> ids = in.list(prefix + "client-id", List.of());
        List<String> scopes = in.list(prefix + "scopes", preset.scopes());
        List<String> secrets =
                switch (preset) {
                    case APPLE, ALIPAY -> List.of();
                    case WECHAT ->
                            in.secret(prefix + "client-secret", prefix).stream()
                                    .flatMap(text -> Stream.of(text.split(",", -1)))
                                    .map(String::strip)
                                    .toList();
                    default -> in.secret(prefix + "client-secret", prefix).stream().toList();
                };
        return new Client(ids, secrets, scopes);
    }

    private static Map<String, String> more(Settings in, String prefix, Preset preset) {
        Map<String, String> more = new HashMap<>();
        for (String key : preset.keys()) {
            Optional<String> value =
                    Preset.isSecret(key) ? in.secret(prefix + key, prefix) : in.text(prefix + key);
            value.ifPresent(each -> more.put(key, each));
        }
        return more;
    }

    private boolean isConsistent(Settings in, String prefix) {
        List<String> problems = new ArrayList<>();
        if (client.ids().size() > MAX_CLIENTS) {
            problems.add(prefix + "client-id must have at most " + MAX_CLIENTS + " entries");
        }
        if (!Set.of("true", "false").contains(more.getOrDefault("union-id", "false"))) {
            problems.add(prefix + "union-id must be true or false");
        }
        if (preset == Preset.WECHAT) {
            checkWeChat(prefix, problems);
        }
        if (preset == Preset.APPLE
                && !(more.keySet().isEmpty() || more.keySet().containsAll(preset.keys()))) {
            problems.add(prefix + "team-id, key-id and private-key belong together");
        }
        if (more.containsKey("group-cn") != more.containsKey("group-filter")) {
            problems.add(prefix + "group-cn and group-filter belong together");
        }
        if (more.containsKey("group-cn") && !more.containsKey("suffix")) {
            problems.add(prefix + "suffix must be set to look for groups");
        }
        if (more.containsKey("private-key")) {
            try {
                Keys.privateKey(more.get("private-key"));
            } catch (IllegalArgumentException invalid) {
                problems.add(prefix + "private-key must be a key in PEM form (PKCS #8)");
            }
        }
        problems.forEach(in::problem);
        return problems.isEmpty();
    }

    private void checkWeChat(String prefix, List<String> problems) {
        if (client.ids().size() != client.secrets().size()) {
            problems.add(prefix + "client-secret must have one secret for each client-id");
        }
        if (client.ids().size() > 1 && !yes("union-id")) {
            problems.add(
                    prefix
                            + "union-id must be true with several entries in client-id, as a"
                            + " user has another openid in each");
        }
        if (!client.ids().containsAll(list("mini-programs"))) {
            problems.add(prefix + "mini-programs must be among those in client-id");
        }
    }

    /// Plain HTTP and LDAP are for providers on this machine.
    private static Optional<URI> address(Settings in, String key, Set<String> schemes) {
        Optional<String> text = in.text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<URI> address =
                Addresses.read(text.get())
                        .filter(each -> schemes.contains(each.getScheme()))
                        .filter(each -> each.getRawQuery() == null)
                        .filter(each -> each.getScheme().endsWith("s") || Addresses.isLocal(each));
        if (address.isEmpty()) {
            in.problem(
                    key
                            + " must be an address such as "
                            + schemes.stream().filter(each -> each.endsWith("s")).findFirst().get()
                            + "://id.example.com");
        }
        return address;
    }

    String label() {
        return preset.label(name);
    }

    boolean yes(String key) {
        return more.getOrDefault(key, "false").equals("true");
    }

    List<String> list(String key) {
        return Stream.of(more.getOrDefault(key, "").split(",", -1))
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .toList();
    }

    String more(String key) {
        return more.getOrDefault(key, "");
    }

    String clientId() {
        return client.ids().getFirst();
    }

    /// The secret of one of the client ids; empty for public clients.
    Optional<String> secret(String clientId) {
        int at = client.ids().indexOf(clientId);
        return at >= 0 && at < client.secrets().size()
                ? Optional.of(client.secrets().get(at))
                : Optional.empty();
    }

    /// An address of the provider, with the origin that takes the place of its own.
    URI at(String address) {
        if (url.isEmpty()) {
            return URI.create(address);
        }
        URI usual = URI.create(address);
        String base = url.get().toString();
        String trimmed = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        return URI.create(trimmed + usual.getRawPath());
    }

    /// Does not show secrets.
    @Override
    public String toString() {
        return "provider " + name;
    }
}
