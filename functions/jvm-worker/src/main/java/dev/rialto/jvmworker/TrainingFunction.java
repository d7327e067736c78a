package dev.rialto.jvmworker;

import dev.rialto.sdk.Context;
import java.util.List;
import java.util.Map;

/// A function for the training of workers, which does a little of what functions do.
public class TrainingFunction {
    /// What it is called with.
    public record Order(String name, List<Line> lines) {}

    /// A part of that.
    public record Line(String product, int count) {}

    /// What it answers.
    public record Receipt(String name, int count, Map<String, Object> more) {}

    /// Adds up.
    public Receipt add(Order order, Context context) {
        int count = order.lines().stream().mapToInt(Line::count).sum();
        context.log().info("order of " + order.name() + ": " + count);
        return new Receipt(
                order.name() + "!", count, Map.of("config", context.config().size(), "half", 0.5));
    }
}
