package dev.rialto.server;

import dev.rialto.kernel.SetupException;
import dev.rialto.store.DatabaseSettings;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Locale;

/// Why a database can't be used, in one line for the person at the terminal.
final class StartFailure {
    private static final String NO_RIGHT = "42501";

    private StartFailure() {}

    static SetupException of(DatabaseSettings settings, RuntimeException failure) {
        Throwable last = failure;
        String state = "";
        for (Throwable each = failure; each != null; each = each.getCause()) {
            last = each;
            if (each instanceof SQLException refused && refused.getSQLState() != null) {
                state = refused.getSQLState();
            }
        }
        return new SetupException(
                "can't use the database at "
                        + settings.url().replaceFirst("^jdbc:", "").replaceFirst("\\?.*$", "")
                        + ": "
                        + reason(last)
                        + (state.equals(NO_RIGHT) ? remedy(settings) : ""),
                failure);
    }

    private static String reason(Throwable cause) {
        String said =
                String.valueOf(cause.getMessage())
                        .lines()
                        .map(String::strip)
                        .filter(line -> line.chars().anyMatch(Character::isLetter))
                        .findFirst()
                        .orElse(cause.getClass().getSimpleName());
        return cause instanceof UnknownHostException
                ? "the host " + said.replaceFirst(":.*", "") + " is not known"
                : said;
    }

    private static String remedy(DatabaseSettings settings) {
        String database = settings.url().replaceFirst("\\?.*$", "").replaceFirst("^.*/", "");
        return String.format(
                Locale.ROOT,
                "; Rialto makes a schema for itself and for each app: GRANT CREATE ON DATABASE"
                        + " \"%s\" TO \"%s\"",
                database,
                settings.user().orElse("its user"));
    }
}
