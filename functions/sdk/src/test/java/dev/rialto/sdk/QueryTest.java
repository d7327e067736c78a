package dev.rialto.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class QueryTest {
    private static final Query ALL = Query.of("Order");

    @Test
    void writesConditionsAsParseDoes() {
        assertThat(
                        ALL.equalTo("state", "open")
                                .atLeast("total", 5)
                                .lessThan("total", 9)
                                .oneOf("color", List.of("red"))
                                .exists("note", false)
                                .where())
                .isEqualTo(
                        Map.of(
                                "state", "open",
                                "total", Map.of("$gte", 5, "$lt", 9),
                                "color", Map.of("$in", List.of("red")),
                                "note", Map.of("$exists", false)));
    }

    @Test
    void staysAsItIsWhenItIsChanged() {
        ALL.equalTo("a", 1).ascending("a").skip(1).limit(1).only("a").including("b");
        assertThat(ALL).isEqualTo(Query.of("Order"));
        assertThat(ALL.limit()).isEqualTo(-1);
    }

    @Test
    void keepsTheOrderOfOrders() {
        assertThat(ALL.ascending("a").descending("b").order()).containsExactly("a", "-b");
        assertThat(ALL.including("a").including("b.c").include()).containsExactly("a", "b.c");
    }

    @Test
    void takesAPrefixToTheLetter() {
        for (String prefix : List.of("a.*", "a\\Eb", "\\E", "(")) {
            String expression = expression(prefix);
            assertThat(Pattern.compile(expression).matcher(prefix + "x").find())
                    .as(prefix)
                    .isTrue();
            assertThat(Pattern.compile(expression).matcher("x" + prefix).find())
                    .as(prefix)
                    .isFalse();
        }
    }

    private static String expression(String prefix) {
        if (ALL.startsWith("name", prefix).where().get("name") instanceof Map<?, ?> condition) {
            return String.valueOf(condition.get("$regex"));
        }
        throw new AssertionError("no condition");
    }
}
