package dev.rialto.sdk.processor;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What an interface declares to its callers beside what it takes and returns, whatever it was read
/// from. Anything may stand in it: [#problems] says what is wrong.
///
/// @param access `app` or `master`
/// @param status of success
/// @param repeatable whether the ids of requests need not be recorded
/// @param meter what a call counts for; empty for the usual
/// @param cost how much a call adds to the meter
/// @param since empty for the first version
public record Declarations(
        String access,
        int status,
        boolean repeatable,
        List<Parameter> parameters,
        List<Failure> errors,
        List<String> events,
        String meter,
        int cost,
        String since,
        Optional<Deprecation> deprecation) {
    public static final String APP = "app";
    public static final String MASTER = "master";
    public static final int USUAL_STATUS = 200;
    public static final Declarations NONE =
            new Declarations(
                    APP,
                    USUAL_STATUS,
                    false,
                    List.of(),
                    List.of(),
                    List.of(),
                    "",
                    1,
                    "",
                    Optional.empty());

    /// What [#wire] may have.
    public static final Set<String> KEYS =
            Set.of(
                    "access",
                    "status",
                    "repeatable",
                    "parameters",
                    "errors",
                    "events",
                    "meter",
                    "cost",
                    "since",
                    "deprecated");

    private static final int MAX_PARAMETERS = 50;
    private static final int MAX_ERRORS = 50;
    private static final int MAX_EVENTS = 50;
    private static final int MAX_TEXT = 500;
    private static final int MAX_COST = 1_000_000;
    private static final int MAX_STATUS = 203;

    /// Numbers up to here are those of Parse and the server.
    private static final int LAST_RESERVED = 10_000;

    private static final Pattern METER = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
    private static final int MAX_METER = 63;
    private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.+-]{0,49}");

    private static final String QUERY = "query";
    private static final String HEADER = "header";
    private static final Pattern QUERY_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,99}");
    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,99}");

    private static final Pattern OWN_HEADER = Pattern.compile("(?i)x-(parse|rialto)-");

    public Declarations {
        parameters = List.copyOf(parameters);
        errors = List.copyOf(errors);
        events = List.copyOf(events);
    }

    /// Something in the query string or a header.
    ///
    /// @param in `query` or `header`
    public record Parameter(String in, String name, String description) {
        public boolean isHeader() {
            return in.equals(HEADER);
        }
    }

    /// An error that callers are to expect.
    ///
    /// @param when it occurs, for people
    public record Failure(int code, String when) {}

    /// Days are as ISO 8601 writes them; empty when none is said.
    ///
    /// @param instead what to use instead
    /// @param on from when on it should no longer be used
    /// @param sunset when it is likely to be gone
    public record Deprecation(String instead, String on, String sunset) {}

    /// Whether a number is free for apps to give it a meaning.
    public static boolean isOwn(int code) {
        return code > LAST_RESERVED;
    }

    /// Everything that is wrong, as far as it can be told without the server.
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        require(
                access.equals(APP) || access.equals(MASTER),
                "the access \"" + shown(access) + "\" must be app or master",
                problems);
        require(
                status >= USUAL_STATUS && status <= MAX_STATUS,
                "the status of success " + status + " must be 200, 201, 202 or 203",
                problems);
        parameterProblems(problems);
        errorProblems(problems);
        eventProblems(problems);
        require(
                meter.isEmpty() || (meter.length() <= MAX_METER && METER.matcher(meter).matches()),
                "the meter \""
                        + shown(meter)
                        + "\" must be lower-case words joined by dashes, e.g. quotes, at most 63"
                        + " characters",
                problems);
        require(
                cost >= 0 && cost <= MAX_COST,
                "the cost " + cost + " must be from 0 to 1000000",
                problems);
        require(cost == 1 || !meter.isEmpty(), "the cost " + cost + " needs a meter", problems);
        require(
                since.isEmpty() || VERSION.matcher(since).matches(),
                "since \"" + shown(since) + "\" must be a version, e.g. 1.2.0",
                problems);
        deprecation.ifPresent(each -> deprecationProblems(each, problems));
        return problems;
    }

    private void parameterProblems(List<String> problems) {
        if (parameters.size() > MAX_PARAMETERS) {
            problems.add(parameters.size() + " parameters are declared: at most " + MAX_PARAMETERS);
            return;
        }
        Set<String> names = new HashSet<>();
        for (Parameter each : parameters) {
            String name = shown(each.name());
            require(
                    each.in().equals(QUERY) || each.isHeader(),
                    "the parameter \"" + name + "\" must be in query or header",
                    problems);
            require(
                    (each.isHeader() ? HEADER_NAME : QUERY_NAME).matcher(each.name()).matches(),
                    "\"" + name + "\" is not a valid name of a parameter",
                    problems);
            require(
                    !each.isHeader() || !OWN_HEADER.matcher(each.name()).lookingAt(),
                    "the header \"" + name + "\" is the server's own",
                    problems);
            require(
                    names.add(each.in() + " " + each.name().toLowerCase(Locale.ROOT)),
                    "the parameter \"" + name + "\" is twice",
                    problems);
            textProblem("the parameter \"" + name + "\" needs a description", each.description())
                    .ifPresent(problems::add);
        }
    }

    private void errorProblems(List<String> problems) {
        if (errors.size() > MAX_ERRORS) {
            problems.add(errors.size() + " errors are declared: at most " + MAX_ERRORS);
            return;
        }
        Set<Integer> codes = new HashSet<>();
        for (Failure each : errors) {
            require(each.code() > 0, "the error " + each.code() + " must be positive", problems);
            require(codes.add(each.code()), "the error " + each.code() + " is twice", problems);
            textProblem("the error " + each.code() + " must say when it occurs", each.when())
                    .ifPresent(problems::add);
        }
    }

    private void eventProblems(List<String> problems) {
        if (events.size() > MAX_EVENTS) {
            problems.add(events.size() + " events are declared: at most " + MAX_EVENTS);
            return;
        }
        for (String each : events) {
            ExposureRules.problem(new ExposedBinding.OnEvent(each)).ifPresent(problems::add);
        }
    }

    private static void deprecationProblems(Deprecation each, List<String> problems) {
        textProblem("a deprecation must say what to use instead", each.instead())
                .ifPresent(problems::add);
        Optional<LocalDate> on = day("the day of deprecation", each.on(), problems);
        Optional<LocalDate> sunset = day("the sunset", each.sunset(), problems);
        if (on.isPresent() && sunset.isPresent() && sunset.get().isBefore(on.get())) {
            problems.add("the sunset " + sunset.get() + " is before the deprecation " + on.get());
        }
    }

    private static Optional<String> textProblem(String what, String text) {
        return text.isBlank() || text.length() > MAX_TEXT
                ? Optional.of(what + ", in at most " + MAX_TEXT + " characters")
                : Optional.empty();
    }

    /// A day that was declared, if one was.
    public static Optional<LocalDate> day(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(LocalDate.parse(text));
    }

    private static Optional<LocalDate> day(String what, String text, List<String> problems) {
        String problem = what + " \"" + shown(text) + "\" must be a day such as 2027-01-31";
        try {
            Optional<LocalDate> day = day(text);
            // Headers have years of four digits.
            boolean known = day.isEmpty() || (day.get().getYear() > 1999 && text.length() == 10);
            require(known, problem, problems);
            return known ? day : Optional.empty();
        } catch (DateTimeParseException _) {
            problems.add(problem);
            return Optional.empty();
        }
    }

    private static void require(boolean right, String problem, List<String> problems) {
        if (!right) {
            problems.add(problem);
        }
    }

    /// What a stranger wrote, as far as a message shows it: short and on one line.
    public static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= MAX_METER ? line : line.substring(0, MAX_METER) + "...";
    }

    /// As it stands in descriptions of interfaces; what is as usual is omitted.
    public Map<String, Object> wire() {
        Map<String, Object> wire = new LinkedHashMap<>();
        if (!access.equals(APP)) {
            wire.put("access", access);
        }
        if (status != USUAL_STATUS) {
            wire.put("status", status);
        }
        if (repeatable) {
            wire.put("repeatable", true);
        }
        if (!parameters.isEmpty()) {
            wire.put("parameters", parameters.stream().map(Declarations::wire).toList());
        }
        if (!errors.isEmpty()) {
            wire.put("errors", errors.stream().map(Declarations::wire).toList());
        }
        if (!events.isEmpty()) {
            wire.put("events", events);
        }
        if (!meter.isEmpty()) {
            wire.put("meter", meter);
            wire.put("cost", cost);
        }
        if (!since.isEmpty()) {
            wire.put("since", since);
        }
        deprecation.ifPresent(each -> wire.put("deprecated", wire(each)));
        return wire;
    }

    private static Map<String, Object> wire(Parameter parameter) {
        Map<String, Object> wire = new LinkedHashMap<>();
        wire.put("in", parameter.in());
        wire.put("name", parameter.name());
        wire.put("description", parameter.description());
        return wire;
    }

    private static Map<String, Object> wire(Failure failure) {
        Map<String, Object> wire = new LinkedHashMap<>();
        wire.put("code", failure.code());
        wire.put("when", failure.when());
        return wire;
    }

    private static Map<String, Object> wire(Deprecation deprecation) {
        Map<String, Object> wire = new LinkedHashMap<>();
        wire.put("instead", deprecation.instead());
        if (!deprecation.on().isEmpty()) {
            wire.put("on", deprecation.on());
        }
        if (!deprecation.sunset().isEmpty()) {
            wire.put("sunset", deprecation.sunset());
        }
        return wire;
    }
}
