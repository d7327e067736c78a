package dev.rialto.store;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Translates failures of statements that are due to the caller's input. Others are the server's
/// fault and stay a [StoreException].
public final class StoreErrors {
    private StoreErrors() {}

    private static final String UNAVAILABLE = "The database is not available now; try again later.";

    /// How many causes are followed: a chain may be circular.
    private static final int MAX_CAUSE_DEPTH = 20;

    /// Whether a failure means that PostgreSQL could not be reached, or that the connection broke.
    static boolean isUnreachable(Throwable failure) {
        @Nullable Throwable each = failure;
        for (int depth = 0; each != null && depth < MAX_CAUSE_DEPTH; depth++) {
            if (each instanceof SQLTransientConnectionException
                    || (each instanceof SQLException refused && isUnreachable(refused))) {
                return true;
            }
            each = each.getCause();
        }
        return false;
    }

    private static boolean isUnreachable(SQLException refused) {
        String state = refused.getSQLState();
        return state != null
                && (state.startsWith("08")
                        || state.equals("57P01")
                        || state.equals("57P02")
                        || state.equals("57P03"));
    }

    /// The error for requests while PostgreSQL is not available.
    static RialtoException unavailable(@Nullable Throwable cause) {
        return new RialtoException(ErrorCode.OVERLOADED, UNAVAILABLE, cause);
    }

    /// The error for the client; empty if the cause must not be revealed.
    public static Optional<RialtoException> translate(Throwable failure) {
        return failure instanceof StoreException refused ? translate(refused) : Optional.empty();
    }

    private static Optional<RialtoException> translate(StoreException refused) {
        String state = refused.state();
        return switch (state) {
            case "57014" ->
                    say(ErrorCode.TIMEOUT, "The query took too long and was stopped.", refused);
            case "23505" ->
                    say(
                            ErrorCode.DUPLICATE_VALUE,
                            "A duplicate value for a field with unique values was provided",
                            refused);
            case "2201B" -> say(ErrorCode.INVALID_QUERY, "Invalid regular expression.", refused);
            case "22023" ->
                    say(
                            ErrorCode.INCORRECT_TYPE,
                            "The operation does not fit the type of the stored value.",
                            refused);
            case "22003" -> say(ErrorCode.INVALID_JSON, "The number is out of range.", refused);
            case "40001", "40P01", "55P03" ->
                    say(
                            ErrorCode.OVERLOADED,
                            "The write collided with others; try again.",
                            refused);
            case "53100" ->
                    say(
                            ErrorCode.STORAGE_FULL,
                            "The database's disk is full: nothing was written.",
                            refused);
            case "53200", "53300", "57P01", "57P02", "57P03" ->
                    say(ErrorCode.OVERLOADED, UNAVAILABLE, refused);
            case "42P01", "42703" ->
                    say(ErrorCode.OVERLOADED, "The class is being changed; try again.", refused);
            default -> byClass(refused);
        };
    }

    private static Optional<RialtoException> byClass(StoreException refused) {
        String group = refused.state().length() < 2 ? "" : refused.state().substring(0, 2);
        return switch (group) {
            case "22" ->
                    say(ErrorCode.INVALID_JSON, "A value can't be stored or compared.", refused);
            case "08" -> say(ErrorCode.OVERLOADED, UNAVAILABLE, refused);
            case "54" ->
                    say(
                            ErrorCode.INVALID_QUERY,
                            "The request is too complex or too large.",
                            refused);
            default -> Optional.empty();
        };
    }

    private static Optional<RialtoException> say(
            ErrorCode code, String message, StoreException cause) {
        return Optional.of(new RialtoException(code, message, cause));
    }
}
