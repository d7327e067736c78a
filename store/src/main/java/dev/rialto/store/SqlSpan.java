package dev.rialto.store;

import dev.rialto.kernel.Span;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The span of a statement: its text, never its values.
final class SqlSpan {
    /// Longer statements are truncated: they are long lists of columns, which reveal little.
    private static final int MAX_LENGTH = 2_000;

    private SqlSpan() {}

    static <T extends @Nullable Object> T of(Sql sql, Supplier<T> work) {
        Span current = Span.current();
        return current.isRecorded() ? current.part(part(sql.text()), work) : work.get();
    }

    private static Span.Part part(String text) {
        String verb = verb(text);
        return new Span.Part(
                Span.Kind.CLIENT,
                verb,
                Map.of(
                        "db.system.name",
                        "postgresql",
                        "db.operation.name",
                        verb,
                        "db.query.text",
                        text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) : text));
    }

    private static String verb(String text) {
        int end = 0;
        while (end < text.length() && Character.isLetter(text.charAt(end))) {
            end++;
        }
        return end == 0 ? "statement" : text.substring(0, end).toLowerCase(Locale.ROOT);
    }
}
