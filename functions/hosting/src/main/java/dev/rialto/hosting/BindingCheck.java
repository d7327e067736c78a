package dev.rialto.hosting;

import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Finds bindings that would never be called, before a revision is stored: a preview that passes
/// can go live.
final class BindingCheck {
    private static final String CLOUD_CODE = "node";

    private final Predicate<String> triggered;
    private final InstantSource clock;

    /// @param triggered tells of a class whether triggers are called for its objects
    BindingCheck(Predicate<String> triggered, InstantSource clock) {
        this.triggered = triggered;
        this.clock = clock;
    }

    /// @throws RefusedException with the address of each interface that has such a binding
    void require(Descriptor descriptor) {
        List<Problem> problems = new ArrayList<>();
        for (InterfaceDescriptor each : descriptor.interfaces()) {
            for (Binding binding : each.bindings()) {
                problem(binding, descriptor.runtime().equals(CLOUD_CODE))
                        .map(why -> Problem.of(descriptor.address(each) + ": " + why))
                        .ifPresent(problems::add);
            }
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
    }

    private Optional<String> problem(Binding binding, boolean isCloudCode) {
        return switch (binding) {
            case Binding.Trigger trigger
                    when !FunctionTriggers.isCalled(trigger, isCloudCode, triggered) ->
                    Optional.of(
                            Binding.text(trigger.moment())
                                    + " of "
                                    + trigger.className()
                                    + " would never be called: this server has no such trigger"
                                    + " for that class");
            case Binding.Schedule schedule -> schedule.problem().or(() -> unusable(schedule));
            case Binding.Trigger _,
                    Binding.CloudFunction _,
                    Binding.Job _,
                    Binding.Endpoint _,
                    Binding.OnChange _,
                    Binding.OnEvent _ ->
                    Optional.empty();
        };
    }

    private Optional<String> unusable(Binding.Schedule schedule) {
        try {
            boolean comes =
                    CronTimes.of(schedule.cron(), schedule.zone())
                            .after(clock.instant())
                            .isPresent();
            return comes
                    ? Optional.empty()
                    : Optional.of(
                            "the schedule \""
                                    + schedule.cron()
                                    + "\" names a date that never occurs");
        } catch (IllegalArgumentException invalid) {
            return Optional.of(String.valueOf(invalid.getMessage()));
        }
    }
}
