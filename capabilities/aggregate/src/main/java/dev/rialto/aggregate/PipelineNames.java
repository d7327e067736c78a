package dev.rialto.aggregate;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassNames;
import dev.rialto.model.FieldPath;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The names in a pipeline: those of the API, and the names that Parse stores some of them under in
/// MongoDB, which its clients use too.
final class PipelineNames {
    static final String ID = "objectId";
    private static final String POINTER_PREFIX = "_p_";
    private static final int MAX_LENGTH = 1_000;
    private static final int MAX_STEPS = 20;
    private static final int SHOWN = 100;
    private static final Pattern KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

    private PipelineNames() {}

    /// The API's name for a column.
    ///
    /// @throws RialtoException INVALID_KEY_NAME for hidden columns and names that no field has
    static String field(String name) {
        String api =
                switch (name) {
                    case "_id" -> ID;
                    case "_created_at" -> "createdAt";
                    case "_updated_at" -> "updatedAt";
                    default ->
                            name.startsWith(POINTER_PREFIX)
                                    ? name.substring(POINTER_PREFIX.length())
                                    : name;
                };
        if (!ClassNames.isValidField(api)) {
            throw invalid(name);
        }
        return api;
    }

    /// A column, or a value inside one.
    static FieldPath path(String dotted) {
        if (dotted.length() > MAX_LENGTH) {
            throw invalid(dotted);
        }
        List<String> steps = new ArrayList<>(FieldPath.of(dotted).steps());
        if (steps.size() > MAX_STEPS || steps.stream().anyMatch(String::isEmpty)) {
            throw invalid(dotted);
        }
        steps.set(0, field(steps.getFirst()));
        return new FieldPath(steps);
    }

    /// A reference like `$a.b`.
    static FieldPath reference(String dollar) {
        if (!dollar.startsWith("$") || dollar.length() == 1) {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY,
                    "a field must be named like \"$field\", not \"" + shown(dollar) + "\"");
        }
        if (dollar.startsWith("$$")) {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY, "variables are not supported: " + shown(dollar));
        }
        return path(dollar.substring(1));
    }

    /// A key of an object that a pipeline makes.
    static String key(String name) {
        if (!KEY.matcher(name).matches() || name.equals("__proto__")) {
            throw invalid(name);
        }
        return name;
    }

    /// Text in an error message, cut when it is long.
    static String shown(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }

    private static RialtoException invalid(String name) {
        return new RialtoException(
                ErrorCode.INVALID_KEY_NAME, "Invalid field name: " + shown(name));
    }
}
