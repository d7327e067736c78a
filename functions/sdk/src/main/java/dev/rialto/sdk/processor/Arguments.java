package dev.rialto.sdk.processor;

import dev.rialto.sdk.Moment;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What interfaces take and return by the way they are reached, by the names of types. Knows
/// nothing of where types are read from.
public final class Arguments {
    static final String PACKAGE = "dev.rialto.sdk.";

    static final String CONTEXT = PACKAGE + "Context";

    /// The SDK's records that stand for something in Parse's wire form.
    static final List<String> RECORDS =
            List.of(
                    "Change",
                    "Deleting",
                    "Entity",
                    "Entity.Pointer",
                    "Event",
                    "Finding",
                    "Found",
                    "HttpRequest",
                    "LoggingIn",
                    "Query",
                    "Saving");

    /// The SDK's records that come with one way of being called only, and which that is.
    private static final Map<String, String> RESERVED =
            Map.of(
                    "Change", "@OnChange",
                    "Deleting", "@Trigger(BEFORE_DELETE) and @Trigger(AFTER_DELETE)",
                    "Event", "@OnEvent",
                    "Finding", "@Trigger(BEFORE_FIND)",
                    "Found", "@Trigger(AFTER_FIND)",
                    "HttpRequest", "@Endpoint",
                    "LoggingIn", "@Trigger for log-ins",
                    "Saving", "@Trigger(BEFORE_SAVE) and @Trigger(AFTER_SAVE)");

    private Arguments() {}

    /// What is wrong with the input of an interface that is reached in a certain way, if something
    /// is.
    ///
    /// @param input the type's name in full
    public static Optional<String> inputProblem(ExposedBinding binding, String input) {
        return switch (binding) {
            case ExposedBinding.Trigger(Moment moment, _) ->
                    only(input, taken(moment), "@Trigger(" + moment + ")");
            case ExposedBinding.OnChange _ -> only(input, "Change", "@OnChange");
            case ExposedBinding.OnEvent _ -> only(input, "Event", "@OnEvent");
            case ExposedBinding.Endpoint _ ->
                    input.equals(PACKAGE + "HttpRequest")
                            ? Optional.empty()
                            : general(input, "@Endpoint takes an HttpRequest, or");
            case ExposedBinding.CloudFunction _ -> general(input, "@CloudFunction takes");
            case ExposedBinding.Job _ -> general(input, "@Job takes");
            case ExposedBinding.Schedule _ ->
                    Optional.of(
                            "@Schedule passes no input: take only a Context instead of "
                                    + simple(input));
        };
    }

    /// What is wrong with the input of an interface that is reached by its address alone.
    public static Optional<String> inputProblem(String input) {
        return general(input, "@Interface takes");
    }

    /// What a trigger may return in place of nothing; empty when it may not return anything.
    public static Optional<String> returned(Moment moment) {
        return switch (moment) {
            case BEFORE_SAVE -> Optional.of(PACKAGE + "Entity");
            case BEFORE_FIND -> Optional.of(PACKAGE + "Query");
            case AFTER_FIND -> Optional.of("java.util.List<" + PACKAGE + "Entity>");
            case AFTER_SAVE, BEFORE_DELETE, AFTER_DELETE, BEFORE_LOGIN, AFTER_LOGIN, AFTER_LOGOUT ->
                    Optional.empty();
        };
    }

    static boolean isLogin(Moment moment) {
        return taken(moment).equals("LoggingIn");
    }

    static String simple(String type) {
        return type.replaceAll("\\b(?:[a-z]\\w*\\.)+", "");
    }

    private static String taken(Moment moment) {
        return switch (moment) {
            case BEFORE_SAVE, AFTER_SAVE -> "Saving";
            case BEFORE_DELETE, AFTER_DELETE -> "Deleting";
            case BEFORE_FIND -> "Finding";
            case AFTER_FIND -> "Found";
            case BEFORE_LOGIN, AFTER_LOGIN, AFTER_LOGOUT -> "LoggingIn";
        };
    }

    private static Optional<String> only(String input, String right, String annotation) {
        return input.equals(PACKAGE + right)
                ? Optional.empty()
                : Optional.of(
                        annotation
                                + (right.startsWith("E") ? " takes an " : " takes a ")
                                + right
                                + ", not "
                                + simple(input));
    }

    private static Optional<String> general(String input, String taker) {
        String by =
                input.startsWith(PACKAGE) ? RESERVED.get(input.substring(PACKAGE.length())) : null;
        return by == null
                ? Optional.empty()
                : Optional.of(
                        taker
                                + " a record of your own, a Map<String, Object> or nothing; "
                                + simple(input)
                                + " is for "
                                + by);
    }
}
