package dev.rialto.signin;

import com.unboundid.ldap.sdk.NameResolver;
import dev.rialto.kernel.OutboundRules;
import dev.rialto.kernel.RialtoException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/// Resolves the names of directories by the operator's rules.
final class CheckedNames extends NameResolver {
    private final OutboundRules rules;
    private final int port;

    CheckedNames(OutboundRules rules, int port) {
        this.rules = rules;
        this.port = port;
    }

    @Override
    public InetAddress getByName(@Nullable String host) throws UnknownHostException {
        return getAllByName(host)[0];
    }

    @Override
    public InetAddress[] getAllByName(@Nullable String host) throws UnknownHostException {
        try {
            return rules.addresses(String.valueOf(host), port, ProviderHttp.TIMEOUT).stream()
                    .map(InetSocketAddress::getAddress)
                    .toArray(InetAddress[]::new);
        } catch (RialtoException refused) {
            throw new UnknownHostException(refused.getMessage());
        }
    }

    @Override
    public void toString(StringBuilder buffer) {
        buffer.append("CheckedNames");
    }
}
