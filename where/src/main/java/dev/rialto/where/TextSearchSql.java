package dev.rialto.where;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.FieldPath;
import dev.rialto.model.FieldType;
import dev.rialto.model.Predicate;
import dev.rialto.store.Sql;
import java.util.Locale;
import java.util.Optional;

/// Full text search with PostgreSQL's dictionaries. Words are all required, `"quoted words"` stand
/// next to each other, `-word` is not there, `or` is an alternative. The configuration is written
/// into the SQL, never bound, so that an index on the same expression serves it.
final class TextSearchSql {
    private TextSearchSql() {}

    /// Whether a field can be searched: text, or all texts inside an Object or Array.
    static boolean applies(Optional<FieldType> type, FieldPath path) {
        return !path.isNested()
                && type.isPresent()
                && (type.get() instanceof FieldType.Text
                        || type.get() instanceof FieldType.Obj
                        || type.get() instanceof FieldType.Array);
    }

    static Sql matches(String column, Predicate.TextSearch search) {
        String configuration = configuration(search);
        return Sql.of(
                "to_tsvector("
                        + configuration
                        + ", "
                        + column
                        + ") @@ websearch_to_tsquery("
                        + configuration
                        + ", ?)",
                search.term());
    }

    static Sql rank(String column, Predicate.TextSearch search) {
        String configuration = configuration(search);
        return Sql.of(
                "ts_rank(to_tsvector("
                        + configuration
                        + ", "
                        + column
                        + "), websearch_to_tsquery("
                        + configuration
                        + ", ?))",
                search.term());
    }

    /// A quoted name from a fixed list.
    private static String configuration(Predicate.TextSearch search) {
        String language = search.language().orElse("english");
        String name =
                switch (language.toLowerCase(Locale.ROOT)) {
                    case "none", "simple" -> "simple";
                    case "arabic", "ar" -> "arabic";
                    case "armenian", "hy" -> "armenian";
                    case "basque", "eu" -> "basque";
                    case "catalan", "ca" -> "catalan";
                    case "danish", "da" -> "danish";
                    case "dutch", "nl" -> "dutch";
                    case "english", "en" -> "english";
                    case "finnish", "fi" -> "finnish";
                    case "french", "fr" -> "french";
                    case "german", "de" -> "german";
                    case "greek", "el" -> "greek";
                    case "hindi", "hi" -> "hindi";
                    case "hungarian", "hu" -> "hungarian";
                    case "indonesian", "id" -> "indonesian";
                    case "irish", "ga" -> "irish";
                    case "italian", "it" -> "italian";
                    case "lithuanian", "lt" -> "lithuanian";
                    case "nepali", "ne" -> "nepali";
                    case "norwegian", "nb", "nn", "no" -> "norwegian";
                    case "portuguese", "pt" -> "portuguese";
                    case "romanian", "ro" -> "romanian";
                    case "russian", "ru" -> "russian";
                    case "serbian", "sr" -> "serbian";
                    case "spanish", "es" -> "spanish";
                    case "swedish", "sv" -> "swedish";
                    case "tamil", "ta" -> "tamil";
                    case "turkish", "tr" -> "turkish";
                    case "yiddish", "yi" -> "yiddish";
                    default ->
                            throw new RialtoException(
                                    ErrorCode.INVALID_QUERY,
                                    "bad $text: $language "
                                            + language.substring(0, Math.min(50, language.length()))
                                            + " is not supported; use a name such as english, a"
                                            + " code such as en, or none");
                };
        return "'" + name + "'";
    }
}
