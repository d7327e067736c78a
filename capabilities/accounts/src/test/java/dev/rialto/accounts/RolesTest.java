package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.accounts.Client.Reply;
import dev.rialto.kernel.Caller;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RolesTest {
    private static final TestServer SERVER = new TestServer();
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private final Client client = SERVER.client;

    @AfterAll
    static void close() {
        SERVER.close();
    }

    private static String name() {
        return "n" + NUMBER.incrementAndGet();
    }

    private Reply signUp() {
        return client.post(
                "/users", "{\"username\": \"%s\", \"password\": \"p\"}".formatted(name()));
    }

    private Set<String> roles(Reply user) {
        Caller.User caller =
                SERVER.accounts
                        .authenticator()
                        .authenticate(SERVER.app(), user.text("sessionToken"));
        return caller.roles();
    }

    private String role(String name) {
        Reply role =
                SERVER.master().post("/roles", "{\"name\": \"%s\", \"ACL\": {}}".formatted(name));
        assertThat(role.status()).as(role.toString()).isEqualTo(201);
        return role.text("objectId");
    }

    private void relate(String roleId, String key, String operation, String className, String id) {
        Reply reply =
                SERVER.master()
                        .put(
                                "/roles/" + roleId,
                                """
                                {"%s": {"__op": "%s", "objects":
                                  [{"__type": "Pointer", "className": "%s", "objectId": "%s"}]}}
                                """
                                        .formatted(key, operation, className, id));
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
    }

    private void addUser(String roleId, Reply user) {
        relate(roleId, "users", "AddRelation", "_User", user.text("objectId"));
    }

    private void addRole(String roleId, String inner) {
        relate(roleId, "roles", "AddRelation", "_Role", inner);
    }

    @Test
    void rolesAreHeldDirectlyAndThroughOtherRoles() {
        Reply user = signUp();
        String a = name();
        String b = name();
        String c = name();
        String roleA = role(a);
        String roleB = role(b);
        String roleC = role(c);
        role(name());
        addUser(roleC, user);
        addRole(roleB, roleC);
        addRole(roleA, roleB);

        assertThat(roles(user)).containsExactlyInAnyOrder(a, b, c);
        assertThat(roles(signUp())).isEmpty();
    }

    @Test
    void cyclesOfRolesEnd() {
        Reply user = signUp();
        List<String> names = List.of(name(), name(), name());
        List<String> ids = names.stream().map(this::role).collect(Collectors.toList());
        for (int i = 0; i < ids.size(); i++) {
            addRole(ids.get(i), ids.get((i + 1) % ids.size()));
            addRole(ids.get(i), ids.get(i));
        }
        addUser(ids.getFirst(), user);

        assertThat(roles(user)).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void aChangeOfARoleIsFeltAtOnce() {
        Reply user = signUp();
        String name = name();
        String id = role(name);
        assertThat(roles(user)).isEmpty();

        addUser(id, user);
        assertThat(roles(user)).containsExactly(name);

        relate(id, "users", "RemoveRelation", "_User", user.text("objectId"));
        assertThat(roles(user)).isEmpty();
    }

    @Test
    void aDeletedRoleIsHeldNoMoreNorWhatItLedTo() {
        Reply user = signUp();
        String inner = role(name());
        String outer = role(name());
        addUser(inner, user);
        addRole(outer, inner);
        assertThat(roles(user)).hasSize(2);

        SERVER.master().delete("/roles/" + inner);

        assertThat(roles(user)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"name\": \"x\"}|111|ACL is required.",
                "{\"name\": \"x\", \"ACL\": null}|111|ACL is required.",
                "{\"ACL\": {}}|111|name is required.",
                "{\"name\": \"\", \"ACL\": {}}|111|name is required.",
                "{\"name\": 5, \"ACL\": {}}|111|schema mismatch for _Role.name; expected String but got Number",
                "{\"name\": \"a*\", \"ACL\": {}}|139|A role's name can only contain alphanumeric characters, _, -, and spaces.",
            })
    void refusesRoles(String body, int code, String message) {
        Reply refused = SERVER.master().post("/roles", body);

        assertThat(refused.code()).isEqualTo(code);
        assertThat(refused.error()).isEqualTo(message);
    }

    @Test
    void namesAreUniqueAndStay() {
        String name = name();
        String id = role(name);

        assertThat(
                        SERVER.master()
                                .post("/roles", "{\"name\": \"%s\", \"ACL\": {}}".formatted(name))
                                .code())
                .isEqualTo(137);
        assertThat(SERVER.master().put("/roles/" + id, "{\"name\": \"other\"}").code())
                .isEqualTo(136);
        assertThat(
                        SERVER.master()
                                .put("/roles/" + id, "{\"name\": \"%s\"}".formatted(name))
                                .status())
                .isEqualTo(200);
        assertThat(SERVER.master().put("/roles/" + id, "{\"ACL\": {\"__op\": \"Delete\"}}").code())
                .isEqualTo(111);
    }

    @Test
    void rolesAreFoundWithTheirRelations() {
        String id = role(name());

        Reply role = SERVER.master().get("/roles/" + id);

        assertThat(role.body().path("users").toString())
                .isEqualTo("{\"__type\":\"Relation\",\"className\":\"_User\"}");
        assertThat(role.body().path("roles").toString())
                .isEqualTo("{\"__type\":\"Relation\",\"className\":\"_Role\"}");
        assertThat(client.get("/roles/" + id).code()).isEqualTo(101);
    }
}
