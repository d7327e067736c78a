package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuietLogTest {
    @ParameterizedTest
    @CsvSource({
        "com.zaxxer.hikari.pool.HikariPool, rialto replica 1 - Pool is empty, true",
        "com.zaxxer.hikari.pool.HikariPool, rialto - Pool is empty, false",
        "dev.rialto.store.Replicas, rialto replica 1 is not reachable, false",
        ", rialto replica 1, false"
    })
    void leavesOutWhatThePoolsOfReplicasSay(String logger, String message, boolean leftOut) {
        var record = new LogRecord(Level.WARNING, message);
        record.setLoggerName(logger);
        assertThat(QuietLog.isOfReplica(record)).isEqualTo(leftOut);
    }
}
