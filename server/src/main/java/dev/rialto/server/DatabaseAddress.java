package dev.rialto.server;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Where a PostgreSQL is and who logs in, read from either form that people write:
/// `postgresql://user:password@host:5432/database` or `jdbc:postgresql://host:5432/database`.
///
/// @param jdbcUrl without user and password, as far as they stood before the host
public record DatabaseAddress(String jdbcUrl, Optional<String> user, Optional<String> password) {

    /// @throws IllegalArgumentException in words for the operator, without the address, which may
    ///   hold a password
    static DatabaseAddress of(String url) {
        return of("database.url", url);
    }

    /// @param setting whose value it is
    static DatabaseAddress of(String setting, String url) {
        String plain = url.startsWith("jdbc:") ? url.substring("jdbc:".length()) : url;
        try {
            var uri = new URI(plain);
            String scheme = uri.getScheme();
            boolean known = "postgresql".equals(scheme) || "postgres".equals(scheme);
            if (!known || uri.getRawAuthority() == null || uri.getPath().length() < 2) {
                throw refused(setting);
            }
            String authority = uri.getRawAuthority();
            int at = authority.lastIndexOf('@');
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            String jdbc =
                    "jdbc:postgresql://" + authority.substring(at + 1) + uri.getRawPath() + query;
            String[] login = at < 0 ? new String[0] : authority.substring(0, at).split(":", 2);
            return new DatabaseAddress(jdbc, part(login, 0), part(login, 1));
        } catch (URISyntaxException _) {
            throw refused(setting);
        }
    }

    private static Optional<String> part(String[] login, int index) {
        return index < login.length
                ? Optional.of(
                        URLDecoder.decode(login[index].replace("+", "%2B"), StandardCharsets.UTF_8))
                : Optional.empty();
    }

    private static IllegalArgumentException refused(String setting) {
        return new IllegalArgumentException(
                setting + " must look like postgresql://user:password@host:5432/database");
    }

    /// This address with a login, as far as it has none of its own.
    DatabaseAddress withLogin(Optional<String> otherUser, Optional<String> otherPassword) {
        return new DatabaseAddress(
                jdbcUrl, user.or(() -> otherUser), password.or(() -> otherPassword));
    }

    @Override
    public String toString() {
        return "DatabaseAddress[***]";
    }
}
