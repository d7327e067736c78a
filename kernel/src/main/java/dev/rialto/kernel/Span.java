package dev.rialto.kernel;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A piece of work in a trace, with its duration and its parent. Without tracing there is [#NONE],
/// which does nothing.
///
/// Attributes of spans must not contain input of clients: traces are stored and read by others.
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

    /// A part of a span.
    ///
    /// @param name the same for all work of its kind, such as `select`
    /// @param attributes its attributes, named by OpenTelemetry's conventions
    record Part(Kind kind, String name, Map<String, String> attributes) {
        public Part {
            attributes = Map.copyOf(attributes);
        }
    }

    /// Where the work of a part runs.
    enum Kind {
        /// In this process.
        INTERNAL,
        /// On another server, whose response is awaited.
        CLIENT
    }

    /// Whether it is recorded.
    boolean isRecorded();

    /// Runs work as a part of this span: [#current] is that part meanwhile.
    <T extends @Nullable Object> T part(Part part, Supplier<T> work);

    /// Records an attribute.
    void note(String key, long value);

    /// This span in the form for other servers, in the header `traceparent` of W3C's Trace Context;
    /// empty when nothing is traced.
    Optional<String> traceparent();

    /// Runs work for this span on the current thread.
    default <T extends @Nullable Object> T run(Supplier<T> work) {
        return ScopedValue.where(CURRENT, this).call(work::get);
    }
}
