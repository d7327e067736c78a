package dev.rialto.workers;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Numbers that a micro app declares in a part of its descriptor, within what the operator allows.
final class DeclaredNumbers {
    private static final byte[] NONE = {'{', '}'};

    private final String part;
    private final JsonNode declared;
    private final List<String> known = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    /// @param part such as `limits`
    DeclaredNumbers(Artifact artifact, String part) {
        this.part = part;
        this.declared =
                Json.read(artifact.files().getOrDefault(Artifact.DESCRIPTOR, NONE)).path(part);
        if (!declared.isMissingNode() && !(declared instanceof ObjectNode)) {
            problems.add(problem("\"" + part + "\" is not a JSON object"));
        }
    }

    /// @param usual when it declares none
    long number(String key, long least, long most, long usual) {
        known.add(key);
        JsonNode value = declared.path(key);
        if (value.isMissingNode()) {
            return usual;
        }
        if (!value.isIntegralNumber() || value.asLong(-1) < least || value.asLong(-1) > most) {
            problems.add(
                    problem(
                            "\""
                                    + part
                                    + "."
                                    + key
                                    + "\" must be a number from "
                                    + least
                                    + " to "
                                    + most));
            return usual;
        }
        return value.longValue();
    }

    /// To be called once all have been asked for.
    ///
    /// @throws RefusedException when one of them is out of range, or others are declared
    void require() {
        for (String each : declared.propertyNames()) {
            if (!known.contains(each)) {
                problems.add(
                        problem(
                                "\""
                                        + part
                                        + "."
                                        + each
                                        + "\" is not known; what \""
                                        + part
                                        + "\" may have: "
                                        + String.join(", ", known)));
            }
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
    }

    private static Problem problem(String message) {
        return new Problem(Artifact.DESCRIPTOR, 0, 0, message);
    }
}
