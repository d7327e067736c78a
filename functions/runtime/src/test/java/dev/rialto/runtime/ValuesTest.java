package dev.rialto.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.sdk.Entity;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Year;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Values of a micro app's classes from JSON and back.
@SuppressWarnings("UnusedVariable") // components are read by what is tested
final class ValuesTest {
    enum Kind {
        FOOD,
        BOOK {
            @Override
            public String toString() {
                return name();
            }
        }
    }

    sealed interface Shape permits Circle {}

    record Circle(double radius) implements Shape {}

    record Empty() {}

    record Pair<T>(T first, T second) {}

    private record Hidden(int number, @Nullable String text) {}

    record CallCompiler(String name) {
        public String getGreeting() {
            return "Hello, " + name;
        }
    }

    record Even(int number) {
        Even {
            if (number % 2 != 0) {
                throw new IllegalArgumentException(number + " is odd");
            }
        }
    }

    record All(
            Kind kind,
            @Nullable Circle shape,
            Empty empty,
            Pair<Integer> pair,
            Hidden hidden,
            CallCompiler direct,
            Optional<String> maybe,
            Instant at,
            List<Hidden> list,
            Map<Kind, Hidden> map,
            boolean truth,
            long number) {}

    /// Runs for ever when it is initialised.
    enum Endless {
        ONE;

        static {
            for (long i = 0; i >= 0; i++) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new IllegalStateException("was initialised");
                }
            }
        }
    }

    record OfEndless(Endless endless) {}

    private final Values values = new Values(1 << 20, String::valueOf);
    private final RevisionLoader loader =
            TestLoader.of(
                    ValuesTest.class,
                    Kind.class,
                    bodyOf(Kind.BOOK),
                    Shape.class,
                    Circle.class,
                    Empty.class,
                    Pair.class,
                    Hidden.class,
                    CallCompiler.class,
                    Even.class,
                    All.class,
                    Endless.class,
                    OfEndless.class,
                    Times.class);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Circle | {\"radius\":1.5}",
                "Empty | {}",
                "Pair | {\"first\":\"a\",\"second\":null}",
                "Hidden | {\"number\":7,\"text\":null}",
                "CallCompiler | {\"name\":\"Ada\"}",
                "All | {\"kind\":\"BOOK\",\"shape\":null,\"empty\":{},"
                        + "\"pair\":{\"first\":1,\"second\":2},"
                        + "\"hidden\":{\"number\":1,\"text\":\"x\"},\"direct\":{\"name\":\"Bo\"},"
                        + "\"maybe\":\"yes\",\"at\":\"2026-01-31T12:00:00Z\","
                        + "\"list\":[{\"number\":2,\"text\":\"y\"}],"
                        + "\"map\":{\"FOOD\":{\"number\":3,\"text\":null}},"
                        + "\"truth\":true,\"number\":9007199254740993}",
            })
    void recordsKeepTheirForm(String name, String json) throws Exception {
        Object value = values.read(Json.read(json), type(name));
        assertThat(value).isInstanceOf(type(name));
        assertThat(values.write(value)).hasToString(json);
    }

    @Test
    void absentFieldsAreNullOrZero() throws Exception {
        Object hidden = values.read(Json.object(), type("Hidden"));
        assertThat(hidden).hasToString("Hidden[number=0, text=null]");
    }

    @Test
    void readsPrimitives() {
        assertThat(values.read(Json.nodes().numberNode(7), int.class)).isEqualTo(7);
        assertThat(values.read(Json.nodes().booleanNode(true), boolean.class)).isTrue();
    }

    @Test
    void reportsWhatARecordRefuses() {
        assertThatThrownBy(() -> values.read(Json.read("{\"number\":3}"), type("Even")))
                .isInstanceOf(RialtoException.class)
                .hasMessage("3 is odd");
    }

    record Times(
            Instant instant,
            LocalDate date,
            LocalTime time,
            Duration duration,
            Year year,
            ZoneId zone,
            UUID uuid,
            URI uri,
            BigDecimal decimal,
            char letter,
            byte[] bytes,
            Entity.Pointer pointer,
            Entity entity,
            Map<Kind, Integer> counts,
            Set<Circle> circles) {}

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'instant':'soon'} | instant: expected a date such as 2026-01-31T12:00:00.000Z",
                "{'instant':5} | instant: expected a date such as 2026-01-31T12:00:00.000Z",
                "{'date':'soon'} | date: expected a date such as 2026-01-31",
                "{'time':{}} | time: expected a time such as 12:00:00",
                "{'duration':'soon'} | duration: expected a duration such as PT1H30M",
                "{'year':'soon'} | year: expected a year such as 2026",
                "{'zone':'Europe/Atlantis'} | zone: expected a time zone such as Europe/Berlin",
                "{'uuid':'x'} | uuid: expected a UUID",
                "{'uuid':[]} | uuid: expected a UUID",
                "{'uri':'::'} | uri: expected a URI such as https://example.com/",
                "{'decimal':'x'} | decimal: expected a number",
                "{'letter':'xy'} | letter: expected a string of one character",
                "{'bytes':'%%'} | bytes: expected a string in base64",
                "{'pointer':'x'} | pointer: expected a pointer: an object with a className and an"
                        + " objectId",
                "{'entity':[]} | entity: expected an object, not an array",
                "{'entity':{'at':{'__type':'Date','iso':'x'}}} | entity: expected a date such as"
                        + " 2026-01-31T12:00:00.000Z",
                "{'counts':{'DRINK':1}} | counts: expected one of FOOD, BOOK",
                "{'counts':[]} | counts: expected an object",
                "{'circles':[1]} | circles[0]: expected an object",
                "{'circles':'x'} | circles: expected an array",
            })
    void reportsWhatIsExpectedInTermsOfJson(String json, String message) {
        assertThatThrownBy(() -> values.read(Json.read(json.replace('\'', '"')), type("Times")))
                .isInstanceOf(RialtoException.class)
                .hasMessage(message);
    }

    @Test
    void initialisesNoClassBeforeACall() throws Exception {
        Thread.currentThread().interrupt();
        try {
            assertThat(values.reader(type("OfEndless"))).isNotNull();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @SuppressWarnings("GetClassOnEnum") // its own class is meant
    private static Class<?> bodyOf(Kind kind) {
        return kind.getClass();
    }

    private Class<?> type(String name) throws ClassNotFoundException {
        return Class.forName(ValuesTest.class.getName() + "$" + name, false, loader);
    }
}
