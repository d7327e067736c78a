package dev.rialto.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.LDAPException;
import dev.rialto.kernel.OutboundPolicy;
import java.net.InetAddress;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LdapTest {
    private static final String WRONG = "LDAP: Wrong username or password";
    private static final InMemoryDirectoryServer DIRECTORY = started();

    private final AppProviders providers =
            Vendor.providers(
                    Instant::now,
                    "providers = ldap",
                    "ldap.url = ldap://127.0.0.1:" + DIRECTORY.getListenPort(),
                    "ldap.suffix = ou=people,dc=example,dc=com");

    private static InMemoryDirectoryServer started() {
        try {
            var config = new InMemoryDirectoryServerConfig("dc=example,dc=com");
            config.setListenerConfigs(
                    InMemoryListenerConfig.createLDAPConfig(
                            "test", InetAddress.getLoopbackAddress(), 0, null));
            config.setSchema(null);
            var server = new InMemoryDirectoryServer(config);
            server.startListening();
            return server;
        } catch (LDAPException failure) {
            throw new AssertionError(failure);
        }
    }

    @BeforeAll
    static void fill() throws Exception {
        for (String[] entry :
                new String[][] {
                    {"dn: dc=example,dc=com", "objectClass: domain", "dc: example"},
                    {
                        "dn: ou=people,dc=example,dc=com",
                        "objectClass: organizationalUnit",
                        "ou: people"
                    },
                    {
                        "dn: uid=ada,ou=people,dc=example,dc=com",
                        "objectClass: inetOrgPerson",
                        "uid: ada",
                        "userPassword: right"
                    },
                    {
                        "dn: uid=a\\2Cb,ou=people,dc=example,dc=com",
                        "objectClass: inetOrgPerson",
                        "uid: a,b",
                        "userPassword: right"
                    },
                    {
                        "dn: cn=staff,ou=people,dc=example,dc=com",
                        "objectClass: groupOfUniqueNames",
                        "cn: staff",
                        "memberUid: ada"
                    }
                }) {
            DIRECTORY.add(entry);
        }
    }

    @AfterAll
    static void close() {
        DIRECTORY.shutDown(true);
    }

    private static String said(String id, String password) {
        return "{\"id\": \"%s\", \"password\": \"%s\"}".formatted(id, password);
    }

    @Test
    void bindsWithTheNameAndPasswordOfTheUser() {
        assertThat(Vendor.verify(providers, "ldap", said("ada", "right")).kept().toString())
                .isEqualTo("{\"id\":\"ada\"}");
        assertThat(Vendor.verify(providers, "ldap", said("Ada", "right")).id()).isEqualTo("ada");
        assertThat(Vendor.verify(providers, "ldap", said("a,b", "right")).id()).isEqualTo("a,b");
        assertThatThrownBy(() -> Vendor.verify(providers, "ldap", said("ada", "wrong")))
                .hasMessage(WRONG);
    }

    /// Directories let everybody bind with an empty password.
    @Test
    void rejectsAnEmptyPasswordAndNamesThatReachElsewhere() {
        for (String claims :
                new String[] {
                    said("ada", ""),
                    "{\"id\": \"ada\"}",
                    said("", "right"),
                    said("ada,ou=people,dc=example,dc=com", "right"),
                    said("*", "right"),
                }) {
            assertThatThrownBy(() -> Vendor.verify(providers, "ldap", claims)).hasMessage(WRONG);
        }
    }

    @Test
    void asksForAGroupWithoutLettingNamesChangeTheFilter() {
        var staff =
                Vendor.providers(
                        Instant::now,
                        "providers = ldap",
                        "ldap.url = ldap://127.0.0.1:" + DIRECTORY.getListenPort(),
                        "ldap.dn = uid={{id}},ou=people,dc=example,dc=com",
                        "ldap.suffix = dc=example,dc=com",
                        "ldap.group-cn = staff",
                        "ldap.group-filter = (&(memberUid={{id}})(objectClass=groupOfUniqueNames))");

        assertThat(Vendor.verify(staff, "ldap", said("ada", "right")).id()).isEqualTo("ada");
        assertThatThrownBy(() -> Vendor.verify(staff, "ldap", said("a,b", "right")))
                .hasMessage("LDAP: User not in group");
    }

    @Test
    void doesNotConnectToWhatTheOperatorForbids() {
        var forbidden =
                Vendor.providers(
                        Instant::now,
                        OutboundPolicy.publicInternet(),
                        "providers = ldap",
                        "ldap.url = ldap://127.0.0.1:" + DIRECTORY.getListenPort(),
                        "ldap.suffix = ou=people,dc=example,dc=com");

        assertThatThrownBy(() -> Vendor.verify(forbidden, "ldap", said("ada", "right")))
                .hasMessage("LDAP can't be reached at present; try again later.");
    }
}
