package dev.rialto.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundRulesTest {
    private static final Map<String, List<String>> NAMES =
            Map.of(
                    "api.example.com", List.of("93.184.216.34"),
                    "db.corp.example", List.of("10.1.2.3"),
                    "inner.example.com", List.of("10.1.2.4"),
                    "loop.example.com", List.of("127.0.0.1"),
                    "meta.example.com", List.of("169.254.169.254"),
                    "both.example.com", List.of("127.0.0.1", "93.184.216.34"),
                    "localhost", List.of("127.0.0.1", "::1"),
                    "example.com", List.of("93.184.216.34"));
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String OWN = "93.184.216.99";

    private static OutboundRules rules(String... rules) {
        return OutboundRules.of(
                List.of(rules),
                OutboundRulesTest::resolve,
                address -> address.getHostAddress().equals(OWN));
    }

    private static List<InetAddress> resolve(String name) throws UnknownHostException {
        List<InetAddress> found = new ArrayList<>();
        for (String each : NAMES.getOrDefault(name, List.of(name))) {
            try {
                found.add(InetAddress.ofLiteral(each));
            } catch (IllegalArgumentException unknown) {
                throw new UnknownHostException(name);
            }
        }
        return found;
    }

    private static void assertAllowed(OutboundRules rules, String host, int port)
            throws UnknownHostException {
        assertThat(rules.addresses(host, port, LONG)).as("%s:%d", host, port).isNotEmpty();
    }

    private static void assertRefused(OutboundRules rules, String host, int port) {
        assertThatThrownBy(() -> rules.addresses(host, port, LONG))
                .as("%s:%d", host, port)
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        failure ->
                                assertThat(failure.code())
                                        .isEqualTo(ErrorCode.OPERATION_FORBIDDEN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.255.254",
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "100.64.0.1",
                "100.100.100.200",
                "168.63.129.16",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.192",
                "192.168.1.1",
                "198.18.0.1",
                "224.0.0.1",
                "239.255.255.250",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::127.0.0.1",
                "::ffff:127.0.0.1",
                "[::ffff:127.0.0.1]",
                "::ffff:a9fe:a9fe",
                "64:ff9b::7f00:1",
                "64:ff9b::10.0.0.1",
                "64:ff9b:1::808:808",
                "fe80::1",
                "fec0::1",
                "fc00::1",
                "fd00:ec2::254",
                "ff02::1",
                "2001::1",
                "2001:db8::1",
                "2002:7f00:1::1",
                OWN,
                "loop.example.com",
                "LOCALHOST",
                "localhost.",
                "meta.example.com",
                "db.corp.example"
            })
    void refusesWhatIsNotPublic(String host) {
        assertRefused(rules("public"), host, 80);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "93.184.216.34",
                "172.32.0.1",
                "100.128.0.1",
                "192.1.0.1",
                "223.255.255.255",
                "[2606:4700::1111]",
                "2001:4860:4860::8888",
                "64:ff9b::8.8.8.8",
                "api.example.com",
                "API.example.com."
            })
    void allowsWhatIsPublic(String host) throws UnknownHostException {
        assertAllowed(rules("public"), host, 443);
    }

    @Test
    void keepsOnlyTheAllowedAddressesOfAName() throws UnknownHostException {
        assertThat(rules("public").addresses("both.example.com", 443, LONG))
                .singleElement()
                .satisfies(address ->
                        assertThat(address.getAddress().getHostAddress())
                                .isEqualTo("93.184.216.34"));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:8080, 127.0.0.1, 8080, true",
        "127.0.0.1:8080, 127.0.0.1, 8081, false",
        "127.0.0.1:8080, localhost, 8080, true",
        "10.0.0.0/8, 10.255.0.1, 5432, true",
        "10.0.0.0/8, 11.0.0.1, 5432, false",
        "10.0.0.0/8:5432, 10.255.0.1, 5433, false",
        "10.1.2.0/31, 10.1.2.1, 1, true",
        "10.1.2.0/31, 10.1.2.2, 1, false",
        "10.1.0.0/20, ::ffff:10.1.2.3, 1, true",
        "0.0.0.0/0, 127.0.0.1, 1, true",
        "0.0.0.0/0, 0.0.0.0, 1, false",
        "0.0.0.0/0, ::1, 1, false",
        "[fd00::]/8, fd12::1, 1, true",
        "[fd00::]/8:443, fd12::1, 1, false",
        "fd00::/8, fd12::1, 1, true",
        "[::1]:80, ::1, 80, true",
        "::1, ::1, 80, true",
        "db.corp.example, db.corp.example, 5432, true",
        "db.corp.example:5432, DB.corp.example., 5432, true",
        "db.corp.example:5432, db.corp.example, 80, false",
        "db.corp.example, 10.1.2.3, 5432, false",
        "localhost, localhost, 80, true",
        "localhost, 127.0.0.1, 80, false",
        "meta.example.com, meta.example.com, 80, false",
        "*.example.com, inner.example.com, 80, true",
        "*.example.com, loop.example.com, 80, false",
        "*.example.com, example.com, 80, false",
        "*.example.com, api.example.com.evil.test, 80, false",
        "*.ample.com, api.example.com, 80, false",
        "public:443, api.example.com, 443, true",
        "public:443, api.example.com, 80, false",
        "none, api.example.com, 443, false",
    })
    void allowsWhatItsRuleSays(String rule, String host, int port, boolean allowed)
            throws UnknownHostException {
        if (allowed) {
            assertAllowed(rules(rule), host, port);
        } else if (host.endsWith("evil.test")) {
            assertThatThrownBy(() -> rules(rule).addresses(host, port, LONG))
                    .isInstanceOf(UnknownHostException.class);
        } else {
            assertRefused(rules(rule), host, port);
        }
    }

    @Test
    void combinesRules() throws UnknownHostException {
        OutboundRules rules = rules("public", "db.corp.example:5432");
        assertAllowed(rules, "api.example.com", 80);
        assertAllowed(rules, "db.corp.example", 5432);
        assertRefused(rules, "inner.example.com", 80);
        assertRefused(rules(), "api.example.com", 80);
    }

    @Test
    void refusesTheMachinesOwnAddresses() {
        assertRefused(OutboundRules.publicInternet(), "localhost", 80);
        assertRefused(OutboundRules.publicInternet(), "127.1", 80);
        assertRefused(OutboundRules.publicInternet(), "2130706433", 80);
    }

    @Test
    void looksUpNoAddresses() throws Exception {
        OutboundRules rules =
                OutboundRules.of(
                        List.of("public", "fd00::/8"),
                        name -> {
                            throw new IllegalStateException(name);
                        },
                        _ -> false);

        for (String address : List.of("93.184.216.34", "[fd00::1]", "2606:2800:220::1")) {
            assertAllowed(rules, address, 443);
        }
        for (String invalid : List.of("300.1.1.1", "[fd00::x]", "[::1:]")) {
            assertThatThrownBy(() -> rules.addresses(invalid, 443, LONG))
                    .isInstanceOf(UnknownHostException.class);
        }
    }

    @Test
    void refusesWhatIsNotAHostOrPort() {
        assertRefused(rules("public"), "api.example.com", 0);
        assertRefused(rules("public"), "api.example.com", 65_536);
        for (String host : List.of("", " ", "[]", "nowhere.example.com")) {
            assertThatThrownBy(() -> rules("public").addresses(host, 80, LONG))
                    .isInstanceOf(UnknownHostException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "http://example.com",
                "example.com/8",
                "example.com:0",
                "example.com:65536",
                "example.com:http",
                "10.0.0.0/33",
                "10.0.0/8",
                "10.0.0.256",
                "[fd00::]/129",
                "[10.0.0.1",
                "*",
                "a.*.example.com",
                "*example.com",
                "exa mple.com",
                "::g"
            })
    void refusesRulesThatAreNotValid(String rule) {
        assertThatThrownBy(() -> rules(rule))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(rule);
    }

    @Test
    void refusesNoneBesideOthers() {
        assertThatThrownBy(() -> rules("none", "public"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
