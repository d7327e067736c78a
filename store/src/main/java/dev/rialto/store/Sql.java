package dev.rialto.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A piece of SQL with the values bound to its `?` placeholders. Only the program writes the SQL
/// itself; values may come from anywhere, and names go through [#name]: user input can't become
/// SQL.
///
/// Values may be `String`, `Double`, `Integer`, `Long`, `Boolean`, `Instant`, `byte[]`, `String[]`
/// (a `text[]`) or null. JSON is bound as text and cast: `?::jsonb`.
public final class Sql {
    private final StringBuilder text = new StringBuilder();
    private final List<@Nullable Object> values = new ArrayList<>();

    private Sql() {}

    public static Sql empty() {
        return new Sql();
    }

    /// A fragment.
    ///
    /// @param text SQL with one `?` for each value
    public static Sql of(String text, @Nullable Object... values) {
        return new Sql().add(text, values);
    }

    /// A quoted identifier, safe for any string: `he"llo` becomes `"he""llo"`. Names longer than
    /// PostgreSQL's 63 bytes must be shortened before, see [Names].
    public static String name(String identifier) {
        if (identifier.isEmpty() || identifier.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("not a valid identifier: \"" + identifier + "\"");
        }
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /// A quoted string literal, for the rare cases where a parameter is not allowed (DDL defaults,
    /// index expressions).
    public static String literal(String value) {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a literal can't contain NUL");
        }
        return "E'" + value.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    public Sql add(String more, @Nullable Object... moreValues) {
        text.append(more);
        values.addAll(Arrays.asList(moreValues));
        return this;
    }

    public Sql add(Sql other) {
        text.append(other.text);
        values.addAll(other.values);
        return this;
    }

    public Sql addName(String identifier) {
        text.append(name(identifier));
        return this;
    }

    /// The parts with a separator between them; `none` when there are no parts.
    public static Sql join(String separator, Collection<Sql> parts, String none) {
        if (parts.isEmpty()) {
            return Sql.of(none);
        }
        var joined = new Sql();
        for (Iterator<Sql> each = parts.iterator(); each.hasNext(); ) {
            joined.add(each.next());
            if (each.hasNext()) {
                joined.text.append(separator);
            }
        }
        return joined;
    }

    public boolean isEmpty() {
        return text.isEmpty();
    }

    public String text() {
        return text.toString();
    }

    public List<@Nullable Object> values() {
        return values;
    }

    @Override
    public String toString() {
        return text + " " + values;
    }
}
