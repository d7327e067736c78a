package dev.rialto.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtendedJsonTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "{\"$oid\":\"65a0\"}                                    # \"65a0\"",
                "{\"$numberInt\":\"-3\"}                               # -3.0",
                "{\"$numberLong\":\"9007199254740993\"}                # 9.007199254740992E15",
                "{\"$numberDouble\":\"2.5\"}                           # 2.5",
                "{\"$numberDouble\":\"NaN\"}                           # null",
                "{\"$numberDouble\":\"-Infinity\"}                     # null",
                "{\"$numberDecimal\":\"1.50\"}                         # 1.5",
                "{\"$date\":\"2024-02-29T12:34:56.789Z\"}              # {\"__type\":\"Date\",\"iso\":\"2024-02-29T12:34:56.789Z\"}",
                "{\"$date\":\"2024-02-29T12:34:56Z\"}                  # {\"__type\":\"Date\",\"iso\":\"2024-02-29T12:34:56.000Z\"}",
                "{\"$date\":\"2024-02-29T13:34:56.789+0100\"}          # {\"__type\":\"Date\",\"iso\":\"2024-02-29T12:34:56.789Z\"}",
                "{\"$date\":{\"$numberLong\":\"-1\"}}                # {\"__type\":\"Date\",\"iso\":\"1969-12-31T23:59:59.999Z\"}",
                "{\"$date\":1000}                                      # {\"__type\":\"Date\",\"iso\":\"1970-01-01T00:00:01.000Z\"}",
                "{\"$binary\":{\"base64\":\"AAE=\",\"subType\":\"00\"}} # {\"__type\":\"Bytes\",\"base64\":\"AAE=\"}",
                "{\"$binary\":\"AAE=\",\"$type\":\"00\"}               # {\"__type\":\"Bytes\",\"base64\":\"AAE=\"}",
                "{\"$type\":\"00\",\"$binary\":\"AAE=\"}               # {\"__type\":\"Bytes\",\"base64\":\"AAE=\"}",
                "{\"$undefined\":true}                                 # null",
                "{\"a\":[{\"$numberInt\":\"1\"},{\"b\":null}]}         # {\"a\":[1.0,{\"b\":null}]}",
                "{\"__type\":\"Date\",\"iso\":{\"$date\":1000}}        # {\"__type\":\"Date\",\"iso\":\"1970-01-01T00:00:01.000Z\"}",
            })
    void readsWhatMongoexportWrites(String stored, String wire) {
        assertThat(ExtendedJson.wire(Json.read(stored))).hasToString(wire);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"$timestamp\":{\"t\":1,\"i\":1}}",
                "{\"$minKey\":1}",
                "{\"$code\":\"f()\"}",
                "{\"a\":{\"$where\":\"x\"}}",
                "{\"$date\":\"yesterday\"}",
                "{\"$date\":{\"$numberLong\":\"9223372036854775807\"}}",
                "{\"$date\":{}}",
                "{\"$numberInt\":\"one\"}",
                "{\"$numberLong\":{}}",
                "{\"$binary\":{\"subType\":\"00\"}}",
                "{\"$type\":\"00\"}"
            })
    void rejectsWhatHasNoCounterpart(String stored) {
        assertThatThrownBy(() -> ExtendedJson.wire(Json.read(stored)))
                .isInstanceOf(RialtoException.class)
                .hasMessageContaining("MongoDB");
    }
}
