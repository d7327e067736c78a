package dev.rialto.hosting;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// What is asked of the log of an app's functions, as Parse's dashboard asks it.
///
/// @param levels empty for all
/// @param from only lines of this moment or later
/// @param until only lines before this moment
record LogQuery(
        List<String> levels,
        Optional<Instant> from,
        Optional<Instant> until,
        boolean ascending,
        int size) {
    private static final int DEFAULT_SIZE = 10;
    private static final int MAX_LINES = 1_000;

    /// @throws RialtoException INVALID_QUERY
    static LogQuery read(ObjectNode parameters) {
        String level = text(parameters, "level").orElse("info");
        List<String> levels =
                switch (level) {
                    case "info" -> List.of();
                    case "warn", "error", "debug" -> List.of(level);
                    default -> throw invalid("level must be info, warn, error or debug");
                };
        String order = text(parameters, "order").orElse("desc");
        if (!order.equals("asc") && !order.equals("desc")) {
            throw invalid("order must be asc or desc");
        }
        String size =
                text(parameters, "n").or(() -> text(parameters, "size")).orElse("" + DEFAULT_SIZE);
        try {
            return new LogQuery(
                    levels,
                    text(parameters, "from").map(Instant::parse),
                    text(parameters, "until").map(Instant::parse),
                    order.equals("asc"),
                    Math.clamp(Integer.parseInt(size), 0, MAX_LINES));
        } catch (NumberFormatException notANumber) {
            throw invalid("n must be a number");
        } catch (DateTimeParseException notADate) {
            throw invalid("from and until must be dates such as 2030-01-01T12:00:00.000Z");
        }
    }

    private static Optional<String> text(ObjectNode parameters, String name) {
        return Optional.of(parameters.path(name).asString("")).filter(text -> !text.isEmpty());
    }

    private static RialtoException invalid(String message) {
        return new RialtoException(ErrorCode.INVALID_QUERY, message);
    }
}
