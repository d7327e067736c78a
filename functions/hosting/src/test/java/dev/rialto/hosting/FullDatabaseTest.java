package dev.rialto.hosting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.Sql;
import dev.rialto.testing.TestDatabase;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What functions leave behind when the database's disk has no room.
final class FullDatabaseTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();

    @BeforeEach
    void fill() {
        POSTGRES.database().limitedBy(() -> true);
    }

    @AfterEach
    void empty() {
        POSTGRES.database().limitedBy(() -> false);
    }

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    @Test
    void refusesEvents() {
        var events = new EventStore(POSTGRES.database(), InstantSource.system());
        assertThatThrownBy(() -> events.publish(POSTGRES.app(), "order.paid", Json.object()))
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        told -> assertThat(told.code()).isEqualTo(ErrorCode.STORAGE_FULL));
        POSTGRES.database().limitedBy(() -> false);
        events.publish(POSTGRES.app(), "order.paid", Json.object());
    }

    @Test
    void dropsLinesOfTheLog() {
        var lost = new FunctionLog(POSTGRES.database(), InstantSource.system(), 100);
        lost.add(POSTGRES.app(), "orders", "info", "", "lost");
        lost.close();
        POSTGRES.database().limitedBy(() -> false);
        var kept = new FunctionLog(POSTGRES.database(), InstantSource.system(), 100);
        kept.add(POSTGRES.app(), "orders", "info", "", "kept");
        kept.close();
        List<String> lines =
                POSTGRES.database()
                        .query(
                                Sql.of("SELECT message FROM app_test.\"_function_log\""),
                                row -> row.getString(1));
        assertThat(lines).containsExactly("kept");
    }
}
