package dev.rialto.kernel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the operator has set: a file, over it the environment, over that the flags of the command
/// line. `files.max-size` in the file is `RIALTO_FILES_MAX_SIZE` in the environment.
///
/// Readers never fail: a value that can't be read is noted and the default is given, so that
/// [#finish] can report all problems at once.
public final class Settings {
    private static final String PREFIX = "RIALTO_";

    /// Variables that are read before there are settings, or by commands that talk to a server.
    private static final List<String> FOREIGN =
            List.of(
                    "RIALTO_JAVA_OPTIONS",
                    "RIALTO_CONFIG",
                    "RIALTO_SERVER",
                    "RIALTO_CA",
                    "RIALTO_IMPORT_PASSWORD",
                    "RIALTO_APP",
                    "RIALTO_MASTER_KEY",
                    "RIALTO_REST_KEY");

    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})\\s*(B|KB|MB|GB)?");

    private final Map<String, String> file;
    private final Map<String, String> environment;
    private final Map<String, String> flags;
    private final Optional<Map<String, String>> app;
    private final SequencedMap<String, String> seen = new LinkedHashMap<>();
    private final Set<String> secrets = new TreeSet<>();
    private final List<String> problems = new ArrayList<>();

    /// @param file by key
    /// @param environment by variable; those that don't begin with `RIALTO_` are ignored
    /// @param flags by key
    public Settings(
            Map<String, String> file, Map<String, String> environment, Map<String, String> flags) {
        this(Map.copyOf(file), Map.copyOf(environment), Map.copyOf(flags), Optional.empty());
    }

    private Settings(
            Map<String, String> file,
            Map<String, String> environment,
            Map<String, String> flags,
            Optional<Map<String, String>> app) {
        this.file = file;
        this.environment = environment;
        this.flags = flags;
        this.app = app;
    }

    /// These settings as one app has them: what its owner has set is over what the operator has.
    /// [#finish] reports the problems of the owner's settings alone.
    ///
    /// @param own by key
    public Settings ofApp(Map<String, String> own) {
        return new Settings(file, environment, flags, Optional.of(Map.copyOf(own)));
    }

    public String text(String key, String standard) {
        return read(key, standard, String::strip);
    }

    public Optional<String> text(String key) {
        return optional(key, false);
    }

    /// A text that is never printed.
    public Optional<String> secret(String key) {
        return optional(key, true);
    }

    /// A text that is never printed, of a group of settings that belong together, such as those of
    /// one provider. Where the owner of an app has set any of the group, the operator's secret is
    /// not given: it would go wherever the owner's address leads.
    ///
    /// @param group what the keys of the group begin with
    public Optional<String> secret(String key, String group) {
        boolean mixed =
                app.filter(own -> !own.containsKey(key))
                        .filter(own ->
                                own.keySet().stream().anyMatch(each -> each.startsWith(group)))
                        .isPresent();
        if (!mixed) {
            return secret(key);
        }
        secrets.add(key);
        seen.put(key, "");
        return Optional.empty();
    }

    public Path path(String key, Path standard) {
        return read(key, standard, text -> Path.of(text.strip()));
    }

    public int integer(String key, int standard) {
        return read(key, standard, text -> Integer.valueOf(text.strip()));
    }

    /// `true` or `false`.
    public boolean yes(String key, boolean standard) {
        return read(
                key,
                standard,
                text ->
                        switch (text.strip()) {
                            case "true" -> true;
                            case "false" -> false;
                            default -> throw new IllegalArgumentException("true or false");
                        });
    }

    /// One of an enum's values, in lower case.
    public <E extends Enum<E>> E choice(String key, Class<E> kind, E standard) {
        return read(
                key,
                standard,
                text ->
                        Stream.of(kind.getEnumConstants())
                                .filter(each -> named(each).equals(text.strip()))
                                .findFirst()
                                .orElseThrow(() ->
                                        new IllegalArgumentException(
                                                Stream.of(kind.getEnumConstants())
                                                        .map(Settings::named)
                                                        .collect(Collectors.joining(", ")))));
    }

    private static String named(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /// Texts with commas between them.
    public List<String> list(String key, List<String> standard) {
        return read(
                key,
                standard,
                text ->
                        Stream.of(text.split(",", -1))
                                .map(String::strip)
                                .filter(part -> !part.isEmpty())
                                .toList());
    }

    /// A number of bytes: `20MB`, `512KB`, `100`. The units are powers of 1024.
    public long bytes(String key, long standard) {
        return read(key, standard, Settings::parseBytes);
    }

    /// A number of bytes that has no default.
    public Optional<Long> bytes(String key) {
        if (find(key).isEmpty()) {
            seen.put(key, "");
            return Optional.empty();
        }
        return Optional.of(bytes(key, 0));
    }

    /// A length of time: `500ms`, `30s`, `5m`, `12h`, `365d`.
    public Duration duration(String key, Duration standard) {
        return read(key, standard, Durations::parse);
    }

    /// Builds a record from what was read. When it refuses a value, that is noted and the standard
    /// is given.
    public <T> T build(T standard, Supplier<T> builder) {
        try {
            return builder.get();
        } catch (IllegalArgumentException refused) {
            problem(String.valueOf(refused.getMessage()));
            return standard;
        }
    }

    /// Notes a problem for [#finish].
    public void problem(String text) {
        problems.add(text);
    }

    /// What was not valid so far.
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /// Ends the reading.
    ///
    /// @throws SetupException with every problem there was, each on a line of its own, unknown keys
    ///   among them
    public void finish() {
        Set<String> unknown = new TreeSet<>(app.orElse(file).keySet());
        if (app.isEmpty()) {
            unknown.addAll(flags.keySet());
        }
        unknown.removeAll(seen.keySet());
        unknown.forEach(key -> problems.add(key + ": there is no such setting" + similar(key)));
        if (app.isEmpty()) {
            addUnknownVariables();
        }
        if (!problems.isEmpty()) {
            throw new SetupException(String.join("\n", problems));
        }
    }

    private void addUnknownVariables() {
        var variables = seen.keySet().stream().map(Settings::variable).collect(Collectors.toSet());
        environment.keySet().stream()
                .filter(name -> name.startsWith(PREFIX))
                .filter(name -> !variables.contains(name) && !FOREIGN.contains(name))
                .sorted()
                .forEach(name -> problems.add(name + ": there is no such setting"));
    }

    /// Every key that was asked for and its value, secrets as `***`.
    public SequencedMap<String, String> effective() {
        return new LinkedHashMap<>(seen);
    }

    /// The keys that were asked for whose values are secrets.
    public Set<String> secrets() {
        return Set.copyOf(secrets);
    }

    private Optional<String> optional(String key, boolean secret) {
        if (secret) {
            secrets.add(key);
        }
        Optional<String> value = find(key).map(String::strip).filter(text -> !text.isEmpty());
        seen.put(key, value.map(text -> secret ? "***" : text).orElse(""));
        return value;
    }

    private <T> T read(String key, T standard, Function<String, T> parse) {
        Optional<String> text = find(key);
        seen.put(key, text.orElse(String.valueOf(standard)));
        if (text.isEmpty()) {
            return standard;
        }
        try {
            return parse.apply(text.get());
        } catch (IllegalArgumentException wrong) {
            problems.add(
                    key
                            + ": \""
                            + text.get()
                            + "\" is not valid; it must be "
                            + (wrong instanceof NumberFormatException
                                    ? "a whole number"
                                    : wrong.getMessage()));
            return standard;
        }
    }

    private Optional<String> find(String key) {
        return Stream.of(
                        app.map(own -> own.get(key)).orElse(null),
                        flags.get(key),
                        environment.get(variable(key)),
                        file.get(key))
                .flatMap(Stream::ofNullable)
                .findFirst();
    }

    private String similar(String key) {
        return seen.keySet().stream()
                .filter(known -> known.endsWith("." + key) || known.replace('-', '.').equals(key))
                .findFirst()
                .map(known -> "; did you mean " + known + "?")
                .orElse("");
    }

    private static String variable(String key) {
        return PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private static long parseBytes(String text) {
        Matcher match = SIZE.matcher(text.strip().toUpperCase(Locale.ROOT));
        if (!match.matches()) {
            throw new IllegalArgumentException("a size such as 20MB");
        }
        long factor =
                switch (Optional.ofNullable(match.group(2)).orElse("B")) {
                    case "KB" -> 1L << 10;
                    case "MB" -> 1L << 20;
                    case "GB" -> 1L << 30;
                    default -> 1L;
                };
        return Math.multiplyExact(Long.parseLong(match.group(1)), factor);
    }
}
