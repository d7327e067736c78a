package dev.rialto.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitTest {
    @ParameterizedTest
    @CsvSource({
        "accounts.log-in 10/1m address, accounts.log-in 10/1m address",
        "'  *   5/90s   app ', * 5/90s app",
        "objects.* 1000000/24h user, objects.* 1000000/1d user",
        "a.b 1/1000ms app, a.b 1/1s app"
    })
    void readsWhatItWrites(String text, String written) {
        RateLimit limit = RateLimit.parse(text);
        assertThat(limit).hasToString(written);
        assertThat(RateLimit.parse(written)).isEqualTo(limit);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "* 5/1m",
                "* 5 app",
                "* /1m app",
                "* -5/1m app",
                "* 0/1m app",
                "* 9999999/1m app",
                "* 5/0s app",
                "* 5/2d app",
                "* 5/1m role",
                "* 5/1m APP",
                "** 5/1m app",
                "objects 5/1m app",
                "objects. 5/1m app",
                "Objects.get 5/1m app",
                "objects.get.x 5/1m app",
                "* 5/1m app more"
            })
    void rejectsWhatIsNotALimit(String text) {
        assertThatThrownBy(() -> RateLimit.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "*, objects.get, true",
        "objects.*, objects.get, true",
        "objects.*, objects-more.get, false",
        "objects.get, objects.get, true",
        "objects.get, objects.get-more, false",
        "objects.get, objects.find, false"
    })
    void appliesToTheOperationsItNames(String operations, String operation, boolean applies) {
        assertThat(RateLimit.parse(operations + " 1/1s app").appliesTo(operation))
                .isEqualTo(applies);
    }
}
