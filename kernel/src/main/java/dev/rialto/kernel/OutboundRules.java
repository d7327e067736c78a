package dev.rialto.kernel;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Which servers deployed code may connect to. A name is resolved once, here; its addresses are
/// checked, and the connection goes to one of them, so that a name can't resolve differently for
/// the check and for the connection.
///
/// A rule is `public` (addresses of the public Internet, except the machine's own), `none`, a name,
/// a name and all below it (`*.example.com`), an address or a block of addresses (`10.0.0.0/8`,
/// `[fd00::]/8`), each but `none` with or without a port (`db.example.com:5432`). A rule with a
/// name allows what the name resolves to, link-local addresses excepted; one with `*` does not
/// allow loopback addresses either, because the owner of the domain chooses them.
public final class OutboundRules {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");
    private static final Pattern NAME = Pattern.compile("(?:\\*\\.)?[a-z0-9_][a-z0-9_.-]{0,252}");
    private static final Pattern IN_BRACKETS =
            Pattern.compile("\\[([0-9a-f:.]+)](?:/(\\d{1,3}))?(?::(\\d{1,5}))?");
    private static final Pattern BARE_IPV6 =
            Pattern.compile("([0-9a-f]*:[0-9a-f:.]+)(?:/(\\d{1,3}))?()?");
    private static final Pattern OTHER =
            Pattern.compile("([^:/\\[\\]]+)(?:/(\\d{1,2}))?(?::(\\d{1,5}))?");
    private static final int MAX_PORT = 65_535;
    private static final String PUBLIC = "public";
    private static final String NONE = "none";

    private final List<Rule> rules;
    private final NameLookups names;
    private final Predicate<InetAddress> own;
    private final String app;

    /// Finds the addresses of a name.
    public interface Resolver {
        List<InetAddress> resolve(String name) throws UnknownHostException;
    }

    /// @param port empty for any
    private record Rule(Target target, OptionalInt port) {}

    private sealed interface Target {
        record Public() implements Target {}

        record Block(AddressBlock block) implements Target {}

        /// @param below whether the names below are meant, rather than the name
        record Named(String name, boolean below) implements Target {}
    }

    private OutboundRules(
            List<Rule> rules, NameLookups names, Predicate<InetAddress> own, String app) {
        this.rules = rules;
        this.names = names;
        this.own = own;
        this.app = app;
    }

    /// Reads rules in the operator's notation.
    ///
    /// @throws IllegalArgumentException when one is not a valid rule
    public static OutboundRules of(List<String> rules) {
        return of(rules, lookUps());
    }

    /// @param names finds addresses, also for other rules
    static OutboundRules of(List<String> rules, NameLookups names) {
        return of(rules, names, OutboundRules::isOfThisMachine);
    }

    /// The lookups of a server, with what the operating system knows.
    static NameLookups lookUps() {
        return NameLookups.ofServer(name -> List.of(InetAddress.getAllByName(name)));
    }

    /// @param resolver finds addresses
    /// @param own whether an address is one of this machine
    public static OutboundRules of(
            List<String> rules, Resolver resolver, Predicate<InetAddress> own) {
        return of(rules, NameLookups.ofServer(resolver), own);
    }

    private static OutboundRules of(
            List<String> rules, NameLookups names, Predicate<InetAddress> own) {
        if (rules.contains(NONE) && rules.size() > 1) {
            throw new IllegalArgumentException("\"none\" can't be combined with other rules");
        }
        return new OutboundRules(
                rules.stream().filter(each -> !each.equals(NONE)).map(OutboundRules::rule).toList(),
                names,
                own,
                "");
    }

    /// The same rules, whose lookups are those of an app.
    public OutboundRules askedBy(App asking) {
        return new OutboundRules(rules, names, own, asking.id());
    }

    /// The addresses of the public Internet.
    public static OutboundRules publicInternet() {
        return of(List.of(PUBLIC));
    }

    /// The addresses of a server that may be connected to, in the order in which to try them.
    ///
    /// @param host a name, or an address with or without brackets
    /// @param within how long it may take to look them up
    /// @throws UnknownHostException when the name has no address, or none was found in time
    /// @throws RialtoException OPERATION_FORBIDDEN when none of them is allowed, OVERLOADED when
    ///   too many names are looked up at once
    public List<InetSocketAddress> addresses(String host, int port, Duration within)
            throws UnknownHostException {
        if (port < 1 || port > MAX_PORT) {
            throw new RialtoException(ErrorCode.OPERATION_FORBIDDEN, port + " is not a valid port");
        }
        String name = plain(host);
        if (name.isEmpty()) {
            throw new UnknownHostException("a host is expected");
        }
        if (rules.isEmpty()) {
            throw refused(host, port);
        }
        List<InetSocketAddress> allowed = new ArrayList<>();
        for (InetAddress each : find(name, within)) {
            if (allows(name, each, port)) {
                allowed.add(new InetSocketAddress(each, port));
            }
        }
        if (allowed.isEmpty()) {
            throw refused(host, port);
        }
        return allowed;
    }

    /// Addresses need no lookup.
    private List<InetAddress> find(String name, Duration within) throws UnknownHostException {
        if (!isAddress(name)) {
            return names.resolve(app, name, within);
        }
        try {
            return List.of(InetAddress.ofLiteral(name));
        } catch (IllegalArgumentException invalid) {
            throw new UnknownHostException(name + " is not a valid address");
        }
    }

    private static boolean isAddress(String host) {
        return host.indexOf(':') >= 0 || IPV4.matcher(host).matches();
    }

    private boolean allows(String name, InetAddress address, int port) {
        if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
            return false;
        }
        return rules.stream()
                .filter(each -> each.port.isEmpty() || each.port.getAsInt() == port)
                .anyMatch(each ->
                        switch (each.target) {
                            case Target.Public _ ->
                                    AddressBlock.isPublic(address) && !own.test(address);
                            case Target.Block(AddressBlock block) -> block.contains(address);
                            case Target.Named(String of, boolean below) ->
                                    !address.isLinkLocalAddress()
                                            && (below
                                                    ? name.endsWith("." + of)
                                                            && !address.isLoopbackAddress()
                                                    : name.equals(of));
                        });
    }

    private static boolean isOfThisMachine(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException unknown) {
            return true;
        }
    }

    /// Names are compared in lower case, without a trailing dot.
    private static String plain(String host) {
        String name = host.strip().toLowerCase(Locale.ROOT);
        if (name.startsWith("[") && name.endsWith("]")) {
            return name.substring(1, name.length() - 1);
        }
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    private static RialtoException refused(String host, int port) {
        return new RialtoException(
                ErrorCode.OPERATION_FORBIDDEN,
                "this server allows no connection to "
                        + host
                        + " at port "
                        + port
                        + ": functions.outbound lists those it allows");
    }

    private static Rule rule(String text) {
        String rule = text.strip().toLowerCase(Locale.ROOT);
        return Stream.of(IN_BRACKETS, BARE_IPV6, OTHER)
                .map(pattern -> pattern.matcher(rule))
                .filter(Matcher::matches)
                .findFirst()
                .map(parts ->
                        new Rule(
                                target(text, parts.group(1), Optional.ofNullable(parts.group(2))),
                                port(text, Optional.ofNullable(parts.group(3)))))
                .orElseThrow(() -> invalid(text));
    }

    private static Target target(String rule, String host, Optional<String> length) {
        if (isAddress(host)) {
            try {
                InetAddress first = InetAddress.ofLiteral(host);
                int whole = first.getAddress().length * Byte.SIZE;
                return new Target.Block(
                        new AddressBlock(first, length.map(Integer::valueOf).orElse(whole)));
            } catch (IllegalArgumentException wrong) {
                throw invalid(rule);
            }
        }
        if (length.isPresent() || !NAME.matcher(host).matches()) {
            throw invalid(rule);
        }
        if (host.equals(PUBLIC)) {
            return new Target.Public();
        }
        boolean below = host.startsWith("*.");
        return new Target.Named(plain(below ? host.substring(2) : host), below);
    }

    private static OptionalInt port(String rule, Optional<String> text) {
        if (text.isEmpty() || text.get().isEmpty()) {
            return OptionalInt.empty();
        }
        int port = Integer.parseInt(text.get());
        if (port < 1 || port > MAX_PORT) {
            throw invalid(rule);
        }
        return OptionalInt.of(port);
    }

    private static IllegalArgumentException invalid(String rule) {
        return new IllegalArgumentException(
                "functions.outbound: \""
                        + rule
                        + "\" is not a valid rule; rules are public, none, example.com,"
                        + " *.example.com, 10.0.0.0/8 or [fd00::]/8, with or without :PORT");
    }
}
