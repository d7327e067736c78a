package dev.rialto.openid;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What clients may ask for.
final class Scopes {
    static final String OPENID = "openid";
    static final String PROFILE = "profile";
    static final String EMAIL = "email";
    static final String PHONE = "phone";

    /// Refresh tokens.
    static final String OFFLINE = "offline_access";

    /// To act as the user on `/v1`.
    static final String API = "api";

    /// In the order in which users are asked.
    static final List<String> ALL = List.of(OPENID, PROFILE, EMAIL, PHONE, OFFLINE, API);

    /// What a client may ask for unless its registration says otherwise. It is not let act as the
    /// user by oversight.
    static final Set<String> USUAL = Set.of(OPENID, PROFILE, EMAIL, PHONE, OFFLINE);

    private Scopes() {}

    static Set<String> parse(String text) {
        return Arrays.stream(text.split(" "))
                .filter(each -> !each.isEmpty())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    static String text(Set<String> scopes) {
        return String.join(" ", new TreeSet<>(scopes));
    }
}
