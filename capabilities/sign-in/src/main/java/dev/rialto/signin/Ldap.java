package dev.rialto.signin;

import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.RDN;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.util.ssl.HostNameSSLSocketVerifier;
import dev.rialto.kernel.App;
import dev.rialto.kernel.OutboundRules;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.Logger;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import tools.jackson.databind.node.ObjectNode;

/// A directory that knows names and passwords. Clients send `{id, password}`; whoever can bind with
/// them, and is a member of the group if one is asked for, is who it claims to be.
record Ldap(App app, ProviderSettings settings, OutboundRules rules) implements Provider {
    private static final Logger LOG = Logger.getLogger(Ldap.class.getName());
    private static final String ID = "{{id}}";
    private static final int STANDARD_PORT = 389;
    private static final int STANDARD_TLS_PORT = 636;
    private static final int MAX_ID = 200;
    private static final int MAX_MESSAGE = 1 << 20;

    @Override
    public Person verify(ObjectNode claims) {
        // A bind without a password succeeds for everybody (RFC 4513, 5.1.2).
        String id = Said.text(claims, "id").orElseThrow(Ldap::wrong);
        String password = Said.text(claims, "password").orElseThrow(Ldap::wrong);
        if (id.length() > MAX_ID) {
            throw wrong();
        }
        try (LDAPConnection connection = connect()) {
            connection.bind(name(id), password);
            Optional<String> group = Optional.of(settings.more("group-cn"));
            if (group.filter(each -> !each.isEmpty()).isPresent()
                    && !isMember(connection, group.get(), id)) {
                throw Refusal.of("LDAP: User not in group");
            }
        } catch (LDAPException refused) {
            if (refused.getResultCode().equals(ResultCode.INVALID_CREDENTIALS)) {
                throw wrong();
            }
            LOG.warning(
                    "signing in with LDAP failed in app %s: %s"
                            .formatted(app.id(), refused.getResultCode()));
            throw Refusal.unreachable(settings.label());
        }
        // Directories take names that differ in case or spaces alone for the same.
        return Person.of(id.strip().replaceAll(" +", " ").toLowerCase(Locale.ROOT));
    }

    private LDAPConnection connect() throws LDAPException {
        URI url = settings.url().orElseThrow();
        boolean secure = url.getScheme().equals("ldaps");
        int standard = secure ? STANDARD_TLS_PORT : STANDARD_PORT;
        int port = url.getPort() < 0 ? standard : url.getPort();
        var options = new LDAPConnectionOptions();
        int timeout = Math.toIntExact(ProviderHttp.TIMEOUT.toMillis());
        options.setNameResolver(new CheckedNames(rules, port));
        options.setSSLSocketVerifier(new HostNameSSLSocketVerifier(true));
        options.setConnectTimeoutMillis(timeout);
        options.setResponseTimeoutMillis(timeout);
        options.setMaxMessageSize(MAX_MESSAGE);
        options.setFollowReferrals(false);
        SocketFactory sockets = secure ? SSLSocketFactory.getDefault() : SocketFactory.getDefault();
        return new LDAPConnection(sockets, options, url.getHost(), port);
    }

    private String name(String id) {
        String escaped = new RDN("x", id).toString().substring("x=".length());
        String dn = settings.more("dn");
        return dn.isEmpty()
                ? "uid=" + escaped + "," + settings.more("suffix")
                : dn.replace(ID, escaped);
    }

    private boolean isMember(LDAPConnection connection, String group, String id)
            throws LDAPException {
        String filter = settings.more("group-filter").replace(ID, Filter.encodeValue(id));
        var search =
                new SearchRequest(
                        settings.more("suffix"),
                        SearchScope.SUB,
                        Filter.createANDFilter(
                                Filter.create(filter), Filter.createEqualityFilter("cn", group)),
                        SearchRequest.NO_ATTRIBUTES);
        search.setSizeLimit(1);
        try {
            return connection.search(search).getEntryCount() > 0;
        } catch (LDAPException several) {
            if (several.getResultCode().equals(ResultCode.SIZE_LIMIT_EXCEEDED)) {
                return true;
            }
            throw several;
        }
    }

    private static RuntimeException wrong() {
        return Refusal.of("LDAP: Wrong username or password");
    }

    @Override
    public URI authorization(Visit visit) {
        throw Refusal.noPages(settings.label());
    }

    @Override
    public Person redeem(Visit visit, String code) {
        throw Refusal.noPages(settings.label());
    }
}
