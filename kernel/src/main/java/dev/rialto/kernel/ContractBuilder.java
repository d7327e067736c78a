package dev.rialto.kernel;

import dev.rialto.kernel.Contract.Deprecation;
import dev.rialto.kernel.Contract.Failure;
import dev.rialto.kernel.Contract.Lifecycle;
import dev.rialto.kernel.Contract.Metering;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Collects a contract, one fact a line.
///
/// @param <B> the builder that is used
public abstract class ContractBuilder<B extends ContractBuilder<B>> {
    private String summary;
    private String description = "";
    private JsonSchema input = JsonSchema.any();
    private JsonSchema output = JsonSchema.any();
    private final List<Failure> errors = new ArrayList<>();
    private final Set<String> events = new TreeSet<>();
    private Optional<Metering> metering = Optional.empty();
    private Lifecycle lifecycle = Lifecycle.FIRST;

    protected ContractBuilder(String summary) {
        this.summary = summary;
    }

    protected abstract B self();

    /// One sentence for the API's description.
    public B summary(String sentence) {
        summary = sentence;
        return self();
    }

    /// More than the summary, in Markdown.
    public B description(String markdown) {
        description = markdown;
        return self();
    }

    /// What its JSON body looks like.
    public B input(JsonSchema schema) {
        input = schema;
        return self();
    }

    protected final B returns(JsonSchema schema) {
        output = schema;
        return self();
    }

    /// What it fails with, beside what anything may fail with.
    public B errors(ErrorCode... codes) {
        return failures(List.of(codes).stream().map(Failure::of).toList());
    }

    /// What it fails with, where the numbers are not only the server's own.
    public B failures(List<Failure> failures) {
        for (Failure each : failures) {
            if (!errors.contains(each)) {
                errors.add(each);
            }
        }
        return self();
    }

    /// The events that it publishes.
    public B events(String... names) {
        events.addAll(List.of(names));
        return self();
    }

    /// What a call counts for.
    public B meter(String meter, int cost) {
        metering = Optional.of(new Metering(meter, cost));
        return self();
    }

    /// The version of the capability that brought it.
    public B since(String version) {
        lifecycle = new Lifecycle(version, lifecycle.deprecation());
        return self();
    }

    /// It will go; says what to use instead.
    public B deprecated(String instead) {
        return deprecated(new Deprecation(instead, Optional.empty(), Optional.empty()));
    }

    /// It will go, at dates that its answers name in the headers `Deprecation` and `Sunset`.
    public B deprecated(String instead, LocalDate on, LocalDate sunset) {
        return deprecated(new Deprecation(instead, Optional.of(on), Optional.of(sunset)));
    }

    public B deprecated(Deprecation announced) {
        lifecycle = new Lifecycle(lifecycle.since(), Optional.of(announced));
        return self();
    }

    /// Takes the errors, events, meter and lifecycle of something that is reached by this.
    public B as(Contract other) {
        events.addAll(other.events());
        metering = Optional.of(other.metering());
        lifecycle = other.lifecycle();
        return failures(other.errors());
    }

    /// The contract as it was declared.
    ///
    /// @param usualMeter what a call counts one for where [#meter] said nothing
    protected final Contract contract(String usualMeter) {
        return new Contract(
                summary,
                description,
                input,
                output,
                errors,
                events,
                metering.orElseGet(() -> new Metering(usualMeter, 1)),
                lifecycle);
    }
}
