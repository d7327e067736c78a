package dev.rialto.kernel;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What something that can be called does, takes and returns, and what a call counts for.
/// Operations of the server and interfaces of micro apps declare the same.
///
/// @param summary one sentence
/// @param description more than the summary, in Markdown; may be empty
/// @param input what it takes
/// @param output what it returns
/// @param errors what it fails with, beside what anything may fail with
/// @param events the names of the events it publishes
/// @param metering what a call counts for
/// @param lifecycle since when there is such a thing, and whether there will be
public record Contract(
        String summary,
        String description,
        JsonSchema input,
        JsonSchema output,
        Set<ErrorCode> errors,
        Set<String> events,
        Metering metering,
        Lifecycle lifecycle) {
    public Contract {
        errors = Set.copyOf(errors);
        events = Set.copyOf(events);
    }

    /// What a call counts for.
    ///
    /// @param meter the name of what is counted, such as `objects.reads`
    /// @param cost how much one call adds to the meter
    public record Metering(String meter, int cost) {
        public Metering {
            if (meter.isBlank() || cost < 0) {
                throw new IllegalArgumentException(
                        "a meter needs a name and a cost that is not negative: " + meter);
            }
        }
    }

    /// How long something is there.
    ///
    /// @param since the version of its capability that brought it
    /// @param deprecation what to use instead, when it will go
    public record Lifecycle(String since, Optional<String> deprecation) {
        public static final Lifecycle FIRST = new Lifecycle("1", Optional.empty());
    }

    /// Begins a contract.
    ///
    /// @param meter what a call counts for unless [Builder#meter] says something else
    public static Builder summary(String summary, String meter) {
        return new Builder(summary, meter);
    }

    /// Collects a contract, one fact a line.
    public static final class Builder {
        private String summary;
        private String description = "";
        private JsonSchema input = JsonSchema.any();
        private JsonSchema output = JsonSchema.any();
        private final Set<ErrorCode> errors = EnumSet.noneOf(ErrorCode.class);
        private final Set<String> events = new TreeSet<>();
        private Metering metering;
        private Lifecycle lifecycle = Lifecycle.FIRST;

        private Builder(String summary, String meter) {
            this.summary = summary;
            this.metering = new Metering(meter, 1);
        }

        public Builder summary(String sentence) {
            summary = sentence;
            return this;
        }

        public Builder description(String markdown) {
            description = markdown;
            return this;
        }

        public Builder input(JsonSchema schema) {
            input = schema;
            return this;
        }

        public Builder output(JsonSchema schema) {
            output = schema;
            return this;
        }

        public Builder errors(Collection<ErrorCode> codes) {
            errors.addAll(codes);
            return this;
        }

        public Builder events(Collection<String> names) {
            events.addAll(names);
            return this;
        }

        public Builder meter(String name, int cost) {
            metering = new Metering(name, cost);
            return this;
        }

        public Builder since(String version) {
            lifecycle = new Lifecycle(version, lifecycle.deprecation());
            return this;
        }

        public Builder deprecated(String instead) {
            lifecycle = new Lifecycle(lifecycle.since(), Optional.of(instead));
            return this;
        }

        public Contract build() {
            return new Contract(
                    summary, description, input, output, errors, events, metering, lifecycle);
        }
    }
}
