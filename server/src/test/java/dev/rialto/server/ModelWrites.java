package dev.rialto.server;

import dev.rialto.server.ModelClients.Reader;
import dev.rialto.server.TestServer.Reply;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Random;

/// The ways in which [CacheModelTest] changes an object.
final class ModelWrites {
    /// The node of writes that no node takes part in.
    static final int NO_NODE = -1;

    /// Where an object is, and what it is to become: its number, which is the next one, and who may
    /// read it.
    record Write(int node, String id, int n, Acl acl) {}

    /// Who may read an object.
    enum Acl {
        EVERYBODY("*"),
        ROLE("role:crew"),
        NOBODY(""),
        GONE("");

        private final String reader;

        Acl(String reader) {
            this.reader = reader;
        }

        String wire() {
            return reader.isEmpty() ? "{}" : "{\"" + reader + "\":{\"read\":true}}";
        }

        private Object[] readers() {
            return reader.isEmpty() ? new Object[0] : new Object[] {reader};
        }
    }

    private final TestServer server;
    private final ModelClients clients;

    ModelWrites(TestServer server, ModelClients clients) {
        this.server = server;
        this.clients = clients;
    }

    /// Changes an object in one of the ways there are.
    ///
    /// @return whether it is certain that it was done
    boolean run(Write write, Random random) {
        if (write.node() == NO_NODE) {
            return bySql(write);
        }
        String path = "/classes/Thing/" + write.id();
        int way = random.nextInt(6);
        if (write.acl() == Acl.GONE) {
            return way < 3
                    ? isDone(send(write, "DELETE", path, ""))
                    : isDone(batch(write, "DELETE", path, "{}", way > 4));
        }
        String n = String.valueOf(write.n());
        String increment = "{\"__op\":\"Increment\",\"amount\":1}";
        String body = "{\"n\":%s,\"ACL\":%s%s}";
        return isDone(
                switch (way) {
                    case 0, 1 ->
                            send(write, "PUT", path, body.formatted(n, write.acl().wire(), ""));
                    case 2 ->
                            send(
                                    write,
                                    "PUT",
                                    path,
                                    body.formatted(increment, write.acl().wire(), ""));
                    case 3 -> {
                        String condition = ",\"_where\":{\"n\":" + (write.n() - 1) + "}";
                        yield send(
                                write,
                                "PUT",
                                path,
                                body.formatted(n, write.acl().wire(), condition));
                    }
                    default ->
                            batch(
                                    write,
                                    "PUT",
                                    path,
                                    body.formatted(
                                            way == 4 ? n : increment, write.acl().wire(), ""),
                                    random.nextBoolean());
                });
    }

    private Optional<Reply> send(Write write, String method, String path, String body) {
        return clients.send(write.node(), Reader.MASTER, method, path, body);
    }

    private Optional<Reply> batch(
            Write write, String method, String path, String body, boolean transaction) {
        String entries =
                "{\"transaction\":%s,\"requests\":[{\"method\":\"%s\",\"path\":\"/v1%s\",\"body\":%s}]}"
                        .formatted(transaction, method, path, body);
        return send(write, "POST", "/batch", entries);
    }

    private static boolean isDone(Optional<Reply> reply) {
        return reply.filter(each -> each.status() == 200)
                .filter(each -> !each.body().isArray() || each.body().path(0).has("success"))
                .isPresent();
    }

    private boolean bySql(Write write) {
        boolean deletes = write.acl() == Acl.GONE;
        String sql =
                deletes
                        ? "delete from app_first.\"Thing\" where \"objectId\" = ?"
                        : "update app_first.\"Thing\" set n = ?, \"_rperm\" = ?"
                                + " where \"objectId\" = ?";
        try (Connection connection = server.connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            if (!deletes) {
                statement.setInt(1, write.n());
                statement.setArray(2, connection.createArrayOf("text", write.acl().readers()));
            }
            statement.setString(deletes ? 1 : 3, write.id());
            return statement.executeUpdate() == 1;
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
