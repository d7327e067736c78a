package dev.rialto.compiler;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/// A small micro app that has a bit of all that micro apps have.
final class WarmUp {
    private static final String DESCRIPTOR =
            """
            {"name": "warm-up", "domain": "app", "group": "main"}
            """;

    private static final String SOURCE =
            """
            package warmup;

            import dev.rialto.sdk.*;
            import java.time.Instant;
            import java.util.*;
            import java.util.stream.*;

            /// A function.
            @Function
            public class Orders {
                public enum State { OPEN, PAID }
                public record Line(String product, int count, double price) {}
                public record Order(String id, State state, Instant at, List<Line> lines) {}
                public record Sum(double total, Map<String, Integer> counts) {}
                public sealed interface Event permits Paid, Sent {}
                public record Paid(double total) implements Event {}
                public record Sent(String to) implements Event {}

                /// Adds all up.
                @Interface
                public Sum sum(Order order, Context context) {
                    double total = 0;
                    for (Line line : order.lines()) {
                        total += line.count() * line.price();
                    }
                    context.log().info("total " + total);
                    return new Sum(total, order.lines().stream().collect(
                            Collectors.groupingBy(Line::product, TreeMap::new,
                                    Collectors.summingInt(Line::count))));
                }

                /// Tells of an event.
                @CloudFunction("told")
                public Map<String, Object> told(Map<String, Object> input) {
                    Event event = input.containsKey("to") ? new Sent("x") : new Paid(1);
                    return Map.of("text", switch (event) {
                        case Paid(double total) when total > 0 -> "paid " + total;
                        case Paid _ -> "free";
                        case Sent(String to) -> to;
                    });
                }

                /// Looks before it is saved.
                @Trigger(value = Moment.BEFORE_SAVE, of = "Order")
                public void check(Saving saving) {
                    if (Optional.ofNullable(saving).isEmpty()) {
                        throw new IllegalArgumentException("none");
                    }
                }
            }
            """;

    private WarmUp() {}

    static Project project() {
        return new Project(
                Map.of(
                        Project.RESOURCES + Project.DESCRIPTOR,
                        DESCRIPTOR.getBytes(StandardCharsets.UTF_8),
                        Project.JAVA + "warmup/Orders.java",
                        SOURCE.getBytes(StandardCharsets.UTF_8)));
    }
}
