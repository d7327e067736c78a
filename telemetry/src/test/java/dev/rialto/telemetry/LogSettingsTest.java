package dev.rialto.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class LogSettingsTest {
    @Test
    void setsTheLevelsAndTheFormOfTheWholeLog() {
        Logger root = Logger.getLogger("");
        Level level = root.getLevel();
        Handler[] handlers = root.getHandlers();
        List<Formatter> formatters = new ArrayList<>();
        for (Handler each : handlers) {
            formatters.add(each.getFormatter());
        }
        var settings =
                new LogSettings(
                        LogLevel.ERROR,
                        Map.of("example.chatty", LogLevel.DEBUG),
                        LogSettings.Format.JSON,
                        false);
        try {
            List<Logger> kept = settings.apply();
            assertThat(kept).hasSize(1);
            assertThat(Logger.getLogger("example").isLoggable(Level.WARNING)).isFalse();
            assertThat(Logger.getLogger("example").isLoggable(Level.SEVERE)).isTrue();
            assertThat(Logger.getLogger("example.chatty.Part").isLoggable(Level.FINE)).isTrue();
            assertThat(root.getHandlers())
                    .isNotEmpty()
                    .allMatch(each -> each.getFormatter() instanceof JsonLines);
        } finally {
            root.setLevel(level);
            for (int i = 0; i < handlers.length; i++) {
                handlers[i].setFormatter(formatters.get(i));
            }
        }
    }
}
