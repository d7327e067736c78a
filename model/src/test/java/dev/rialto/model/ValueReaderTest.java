package dev.rialto.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueReaderTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "1",
                "1.5",
                "\"x\"",
                "[1,[2,null]]",
                "{\"a\":{\"b\":1}}",
                "{\"__type\":\"Date\",\"iso\":\"2026-01-31T12:00:00.001Z\"}",
                "{\"__type\":\"Date\",\"iso\":\"+275760-09-13T00:00:00.000Z\"}",
                "{\"__type\":\"Date\",\"iso\":\"-000001-01-01T00:00:00.000Z\"}",
                "{\"__type\":\"Date\",\"iso\":\"0000-01-01T00:00:00.000Z\"}",
                "{\"__type\":\"Pointer\",\"className\":\"A\",\"objectId\":\"1\"}",
                "{\"__type\":\"GeoPoint\",\"latitude\":-90,\"longitude\":180}",
                "{\"__type\":\"Polygon\",\"coordinates\":[[0,0],[0,1],[1,1],[0,0]]}",
                "{\"__type\":\"File\",\"name\":\"f.txt\"}",
                "{\"__type\":\"Bytes\",\"base64\":\"AQI=\"}",
                "{\"__type\":\"Relation\",\"className\":\"A\"}",
                "[{\"__type\":\"Weird\",\"x\":1}]",
            })
    void readsBackWhatTheWriterWrites(String wire) {
        assertThat(Json.write(ValueWriter.write(ValueReader.read(Json.read(wire)))))
                .isEqualTo(wire);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "2026-01-31,                    2026-01-31T00:00:00.000Z",
                "2026-01-31T12:00:00Z,          2026-01-31T12:00:00.000Z",
                "2026-01-31T12:00Z,             2026-01-31T12:00:00.000Z",
                "2026-01-31T12:00:00,           2026-01-31T12:00:00.000Z",
                "2026-01-31T12:00:00.123456Z,   2026-01-31T12:00:00.123Z",
                "2026-01-31T12:00:00.5+02:00,   2026-01-31T10:00:00.500Z",
            })
    void acceptsIsoDates(String iso, String canonical) {
        assertThat(DateText.read(iso).map(DateText::write)).contains(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "2026-13-01",
                "2026-02-30T00:00:00Z",
                "+300000-01-01T00:00:00.000Z",
                "-100000-01-01T00:00:00.000Z",
                "20260131T120000Z",
                "T",
                "T000000000000000"
            })
    void refusesOtherDates(String iso) {
        assertThat(DateText.read(iso)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "{\"__type\":\"Nope\"} | 111 | This is not a valid Nope",
                "{\"__type\":\"Date\"} | 111 | This is not a valid Date",
                "{\"__type\":\"Date\",\"iso\":5} | 111 | This is not a valid Date",
                "{\"__type\":\"Pointer\",\"className\":\"A\"} | 111 | This is not a valid Pointer",
                "{\"__type\":\"Pointer\",\"className\":\"A\",\"objectId\":{\"$gt\":\"\"}} | 111 | This"
                        + " is not a valid Pointer",
                "{\"__type\":\"GeoPoint\",\"latitude\":1} | 111 | This is not a valid GeoPoint",
                "{\"__type\":\"GeoPoint\",\"latitude\":0,\"longitude\":-181} | 107 | GeoPoint longitude"
                        + " out of bounds: -181.0 < -180.0.",
                "{\"__type\":\"Bytes\",\"base64\":\"*\"} | 111 | This is not a valid Bytes",
                "{\"__type\":\"Polygon\",\"coordinates\":[[0,0],[1,1]]} | 107 | Polygon must have at"
                        + " least 3 values",
                "{\"__type\":\"Polygon\",\"coordinates\":[[0,0],[1,1],[0,0]]} | 107 | GeoJSON: Loop"
                        + " must have at least 3 different vertices",
                "{\"a\":{\"$b\":1}} | 121 | Nested keys should not contain the '$' or '.' characters",
                "{\"a.b\":1} | 121 | Nested keys should not contain the '$' or '.' characters",
            })
    void refusesValuesThatCantBeKept(String wire, int code, String message) {
        assertThatThrownBy(() -> ValueReader.read(Json.read(wire)))
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        failure -> {
                            assertThat(failure).hasMessage(message);
                            assertThat(failure.code().number()).isEqualTo(code);
                        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"[[0,0],[0,1],[1,1]]", "[[0,0],[0,1],[1,1],[0,0]]"})
    void closesPolygons(String coordinates) {
        assertThat(
                        ValueReader.read(
                                Json.read(
                                        "{\"__type\":\"Polygon\",\"coordinates\":"
                                                + coordinates
                                                + "}")))
                .isInstanceOfSatisfying(
                        Value.Polygon.class, polygon -> assertThat(polygon.corners()).hasSize(4));
    }
}
