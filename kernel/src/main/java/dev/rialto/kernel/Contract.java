package dev.rialto.kernel;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
        List<Failure> errors,
        Set<String> events,
        Metering metering,
        Lifecycle lifecycle) {
    public Contract {
        errors = List.copyOf(errors);
        events = Set.copyOf(events);
    }

    /// An error that callers are to expect.
    ///
    /// @param number what clients see as `code`; 0 when they see none
    /// @param code stands for it: the HTTP status, and who has to act
    /// @param meaning when it occurs, for people
    public record Failure(int number, ErrorCode code, String meaning) {
        /// One of the server's own.
        public static Failure of(ErrorCode code) {
            return new Failure(code.number(), code, code.name());
        }

        /// One whose number a function chose.
        public static Failure chosen(int number, String meaning) {
            return new Failure(number, ErrorCode.chosen(number), meaning);
        }
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
    /// @param deprecation said when it will go
    public record Lifecycle(String since, Optional<Deprecation> deprecation) {
        public static final Lifecycle FIRST = new Lifecycle("1", Optional.empty());
    }

    /// The end of something, announced.
    ///
    /// @param instead what to use instead
    /// @param on since when, or from when on, it should no longer be used
    /// @param sunset when it is likely to be gone
    public record Deprecation(String instead, Optional<LocalDate> on, Optional<LocalDate> sunset) {
        public Deprecation {
            if (on.isPresent() && sunset.isPresent() && sunset.get().isBefore(on.get())) {
                throw new IllegalArgumentException(
                        "the sunset " + sunset.get() + " is before the deprecation " + on.get());
            }
        }
    }

    /// Begins a contract.
    ///
    /// @param meter what a call counts for unless [ContractBuilder#meter] says something else
    public static Builder summary(String summary, String meter) {
        return new Builder(summary, meter);
    }

    /// Collects a contract that belongs to no operation.
    public static final class Builder extends ContractBuilder<Builder> {
        private final String usualMeter;

        private Builder(String summary, String usualMeter) {
            super(summary);
            this.usualMeter = usualMeter;
        }

        @Override
        protected Builder self() {
            return this;
        }

        /// What it returns.
        public Builder output(JsonSchema schema) {
            return returns(schema);
        }

        public Contract build() {
            return contract(usualMeter);
        }
    }
}
