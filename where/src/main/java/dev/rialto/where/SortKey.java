package dev.rialto.where;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassNames;
import dev.rialto.model.FieldPath;
import java.util.ArrayList;
import java.util.List;

/// One key of an order.
public record SortKey(FieldPath path, boolean descending) {
    /// Orders by how well a text search matches.
    public static final String SCORE = "$score";

    /// The order of creation, which never ties.
    public static final List<SortKey> CREATION =
            List.of(
                    new SortKey(FieldPath.of("createdAt"), false),
                    new SortKey(FieldPath.of("objectId"), false));

    /// Reads keys like `a` and `-b.c`.
    public static List<SortKey> read(List<String> order) {
        List<SortKey> keys = new ArrayList<>();
        for (String key : order) {
            boolean descending = key.startsWith("-");
            String name = descending || key.startsWith("+") ? key.substring(1) : key;
            FieldPath path = FieldPath.of(name);
            if (!name.equals(SCORE)) {
                requireName(path, name);
            }
            keys.add(new SortKey(path, descending));
        }
        return keys;
    }

    /// Writes `a,-b.c`.
    public static String write(List<SortKey> order) {
        List<String> keys = new ArrayList<>();
        order.forEach(key -> keys.add((key.descending() ? "-" : "") + key.path()));
        return String.join(",", keys);
    }

    private static void requireName(FieldPath path, String name) {
        String field = path.field();
        boolean internal = field.equals("_created_at") || field.equals("_updated_at");
        boolean valid = internal || ClassNames.isValidField(field);
        for (String step : path.below()) {
            valid &= !step.isEmpty();
        }
        if (!valid) {
            throw new RialtoException(
                    ErrorCode.INVALID_KEY_NAME, "Invalid field name: " + name + ".");
        }
    }
}
