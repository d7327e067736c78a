package dev.rialto.where;

import dev.rialto.store.Sql;
import java.util.Collection;

/// Conditions in SQL that can stand anywhere: NULL counts as false in each of them, also when they
/// are negated.
final class BooleanSql {
    private static final String TRUE = "TRUE";
    private static final String FALSE = "FALSE";

    private BooleanSql() {}

    static Sql always() {
        return Sql.of(TRUE);
    }

    static Sql never() {
        return Sql.of(FALSE);
    }

    static Sql of(boolean value) {
        return value ? always() : never();
    }

    static Sql not(Sql condition) {
        return switch (condition.text()) {
            case TRUE -> never();
            case FALSE -> always();
            default -> Sql.of("(").add(condition).add(") IS NOT TRUE");
        };
    }

    static Sql any(Collection<Sql> parts) {
        return group(" OR ", parts, FALSE);
    }

    static Sql all(Collection<Sql> parts) {
        return group(" AND ", parts, TRUE);
    }

    private static Sql group(String separator, Collection<Sql> parts, String none) {
        if (parts.size() == 1) {
            return parts.iterator().next();
        }
        return parts.isEmpty()
                ? Sql.of(none)
                : Sql.of("(").add(Sql.join(separator, parts, none)).add(")");
    }
}
