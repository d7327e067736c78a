package dev.rialto.model;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A regular expression of a query, understood once and said again in the dialects of both readers:
/// PostgreSQL's and RE2's. The language is what both can do in time linear in the text: no back
/// references, no large repetitions. Look-around is PostgreSQL's alone; in memory it is refused,
/// because the engines that know it can be made to run for years.
public final class TextPattern {
    private final String postgres;
    private final Optional<String> prefix;
    private final Optional<String> part;
    private final @Nullable Pattern linear;

    private TextPattern(RegexTranslation translation, Predicate.Regex regex) {
        this.postgres = translation.postgresOptions() + translation.postgres();
        boolean literal = translation.isLiteral() && !translation.ignoresCase();
        String text = translation.literal();
        this.prefix = literal && translation.isAnchored() ? Optional.of(text) : Optional.empty();
        this.part = literal && !translation.isAnchored() ? Optional.of(text) : Optional.empty();
        this.linear = translation.hasLookAround() ? null : linear(translation, regex);
    }

    /// Understands an expression.
    ///
    /// @throws RialtoException 102 when it is no valid expression, or one that could run away
    public static TextPattern of(Predicate.Regex regex) {
        return new TextPattern(RegexTranslation.of(regex), regex);
    }

    /// The text that matching text starts with, when the expression says nothing else.
    public Optional<String> prefix() {
        return prefix;
    }

    /// The text that matching text contains, when the expression says nothing else.
    public Optional<String> part() {
        return part;
    }

    /// The expression for PostgreSQL's `~`, with its options embedded.
    public String postgres() {
        return postgres;
    }

    /// Whether [#isFoundIn] can answer.
    public boolean runsInMemory() {
        return linear != null;
    }

    /// Whether a part of the text matches.
    ///
    /// @throws RialtoException 102 when the expression does not run in memory
    public boolean isFoundIn(String text) {
        if (linear == null) {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY,
                    "bad regex: look-around such as (?=...) can't be used here");
        }
        return linear.matcher(text).find();
    }

    private static Pattern linear(RegexTranslation translation, Predicate.Regex regex) {
        try {
            return Pattern.compile(translation.linear(), translation.linearFlags());
        } catch (PatternSyntaxException invalid) {
            throw RegexTranslation.bad(regex.pattern() + " (" + invalid.getDescription() + ")");
        }
    }
}
