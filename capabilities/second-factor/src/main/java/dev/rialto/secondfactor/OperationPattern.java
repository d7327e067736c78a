package dev.rialto.secondfactor;

import java.util.regex.Pattern;

/// Operations: `*`, those of a capability such as `objects.*`, or one such as `objects.delete`.
record OperationPattern(String text) {
    private static final Pattern FORM =
            Pattern.compile("\\*|[a-z][a-z0-9-]{0,63}\\.(\\*|[a-z][a-z0-9-]{0,63})");

    OperationPattern {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "second-factor.step-up: \"%s\" is not *, a capability such as objects.*, or an"
                                    .formatted(text)
                            + " operation such as objects.delete");
        }
    }

    boolean matches(String operation) {
        return text.equals("*")
                || text.equals(operation)
                || (text.endsWith(".*")
                        && operation.startsWith(text.substring(0, text.length() - 1)));
    }
}
