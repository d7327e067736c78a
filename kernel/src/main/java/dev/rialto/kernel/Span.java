package dev.rialto.kernel;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A piece of work in a trace: what took how long, and what it was a part of. Where nothing is
/// traced there is [#NONE], which does nothing.
///
/// What is noted of a span must hold no values of clients: traces are kept and read by others.
public interface Span {
    /// The span that the current thread works for.
    ScopedValue<Span> CURRENT = ScopedValue.newInstance();

    /// No trace.
    Span NONE =
            new Span() {
                @Override
                public boolean isRecorded() {
                    return false;
                }

                @Override
                public <T extends @Nullable Object> T part(Part part, Supplier<T> work) {
                    return work.get();
                }

                @Override
                public <T extends @Nullable Object> T run(Supplier<T> work) {
                    return work.get();
                }

                @Override
                public void note(String key, long value) {}

                @Override
                public Optional<String> traceparent() {
                    return Optional.empty();
                }
            };

    /// The span that the current thread works for, or [#NONE].
    static Span current() {
        return CURRENT.isBound() ? CURRENT.get() : NONE;
    }

    /// What a part of a span is.
    ///
    /// @param name the same for all work of its kind, such as `select`
    /// @param attributes what is noted of it, by names of OpenTelemetry's conventions
    record Part(Kind kind, String name, Map<String, String> attributes) {
        public Part {
            attributes = Map.copyOf(attributes);
        }
    }

    /// Where the work of a part is done.
    enum Kind {
        /// Here.
        INTERNAL,
        /// At another server, which is asked and waited for.
        CLIENT
    }

    /// Whether it is noted what belongs to it.
    boolean isRecorded();

    /// Runs work as a part of this span: [#current] is that part meanwhile.
    <T extends @Nullable Object> T part(Part part, Supplier<T> work);

    /// Notes an attribute.
    void note(String key, long value);

    /// This span as other servers are told of it, in the header `traceparent` of W3C's Trace
    /// Context; empty when nothing is traced.
    Optional<String> traceparent();

    /// Runs work for this span on the current thread.
    default <T extends @Nullable Object> T run(Supplier<T> work) {
        return ScopedValue.where(CURRENT, this).call(work::get);
    }
}
