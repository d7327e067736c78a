package dev.rialto.server;

import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Method;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.List;

/// Operations of Parse that this server does not have: clients are told so in Parse's form, with a
/// code.
final class UnavailableRoutes {
    private static final String NO_PUSH = "push notifications are not supported by this server";

    private UnavailableRoutes() {}

    static List<Operation> operations() {
        return List.of(
                refuse(
                        Operation.post("server.push", "/push").deed("send push notifications"),
                        Access.MASTER,
                        ErrorCode.PUSH_MISCONFIGURED,
                        NO_PUSH),
                refuse(
                        "find-push-audiences",
                        Method.GET,
                        "/push_audiences",
                        Access.MASTER,
                        ErrorCode.PUSH_MISCONFIGURED),
                refuse(
                        "create-push-audience",
                        Method.POST,
                        "/push_audiences",
                        Access.MASTER,
                        ErrorCode.PUSH_MISCONFIGURED),
                refuse(
                        "get-push-audience",
                        Method.GET,
                        "/push_audiences/{objectId}",
                        Access.MASTER,
                        ErrorCode.PUSH_MISCONFIGURED),
                refuse(
                        "update-push-audience",
                        Method.PUT,
                        "/push_audiences/{objectId}",
                        Access.MASTER,
                        ErrorCode.PUSH_MISCONFIGURED),
                refuse(
                        "delete-push-audience",
                        Method.DELETE,
                        "/push_audiences/{objectId}",
                        Access.MASTER,
                        ErrorCode.PUSH_MISCONFIGURED),
                refuse("validate-purchase", Method.POST, "/validate_purchase"),
                refuse("challenge", Method.POST, "/challenge"),
                refuse("graphql", Method.POST, "/graphql"),
                refuse("security", Method.GET, "/security", Access.MASTER_READ),
                refuse("graphql-config", Method.GET, "/graphql-config", Access.MASTER_READ),
                refuse("update-graphql-config", Method.PUT, "/graphql-config", Access.MASTER));
    }

    private static Operation refuse(String name, Method method, String path) {
        return refuse(name, method, path, Access.APP);
    }

    private static Operation refuse(String name, Method method, String path, Access access) {
        return refuse(name, method, path, access, ErrorCode.COMMAND_UNAVAILABLE);
    }

    private static Operation refuse(
            String name, Method method, String path, Access access, ErrorCode code) {
        String message =
                code == ErrorCode.PUSH_MISCONFIGURED
                        ? NO_PUSH
                        : path + " is not supported by this server";
        return refuse(Operation.of(method, "server." + name, path), access, code, message);
    }

    private static Operation refuse(
            Operation.Builder operation, Access access, ErrorCode code, String message) {
        return operation
                .access(access)
                .summary("Rejects the request: this server does not support it.")
                .errors(code)
                .meter("server.status", 0)
                .handle(_ -> {
                    throw new RialtoException(code, message);
                });
    }
}
