package dev.rialto.openid;

import dev.rialto.accounts.spi.UserRecords;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.model.DateText;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// What users have let programs know and do.
record UserConsents(Database database, ClientStore clients) implements UserRecords {
    private static final List<String> TABLES = List.of("consent", "code", "grant");

    @Override
    public String name() {
        return "consent";
    }

    @Override
    public List<ObjectNode> of(App app, ObjectNode user) {
        return clients.consents(app, user.path("objectId").asString("")).stream()
                .map(each ->
                        Json.object()
                                .put("program", each.name())
                                .put("scopes", Scopes.text(each.scopes()))
                                .put("givenAt", DateText.write(each.givenAt())))
                .toList();
    }

    @Override
    public void forget(App app, String userId) {
        TABLES.forEach(each ->
                database.update(
                        Sql.of("DELETE FROM ")
                                .add(ClientStore.table(app, each))
                                .add(" WHERE user_id = ?", userId)));
    }

    @Override
    public void forgetAll(App app) {
        TABLES.forEach(
                each -> database.update(Sql.of("DELETE FROM ").add(ClientStore.table(app, each))));
    }
}
