package dev.rialto.messages;

import com.samskivert.mustache.Escapers;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.messages.spi.MessageProvider;
import dev.rialto.messages.spi.MessageText;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The texts of messages: those of the app, else the built-in ones. Values are put in place of
/// `{{name}}`; in HTML they are escaped, and no template can put them in unescaped.
final class Templates {
    /// The templates that there are without an app's own.
    static final List<String> BUILT_IN =
            List.of(
                    "verification",
                    "password-reset",
                    "magic-link",
                    "code",
                    "new-device",
                    "password-changed",
                    "email-change",
                    "email-changed");

    /// Built-in ones that their recipients may unsubscribe from. The others are about what a user
    /// has just done, and can't do without.
    private static final Set<String> OPTIONAL = Set.of("new-device");

    /// Values that all built-in templates may show.
    private static final Set<String> COMMON = Set.of("app", "name");

    /// What each built-in template may show beside those.
    private static final Map<String, Set<String>> VALUES =
            Map.of(
                    "verification", Set.of("link", "hours"),
                    "password-reset", Set.of("link", "hours"),
                    "magic-link", Set.of("link", "minutes"),
                    "code", Set.of("code", "minutes"),
                    "new-device", Set.of("device", "place", "time", MessageProvider.UNSUBSCRIBE),
                    "password-changed", Set.of("time"),
                    "email-change", Set.of("link", "hours"),
                    "email-changed", Set.of("link", "days"));

    /// What templates show when they are looked at.
    static final Map<String, String> SAMPLE =
            Map.ofEntries(
                    Map.entry("app", "Example"),
                    Map.entry("name", "Ada"),
                    Map.entry("link", "https://example.com/confirm?token=sample"),
                    Map.entry("code", "123456"),
                    Map.entry("hours", "24"),
                    Map.entry("days", "7"),
                    Map.entry("minutes", "10"),
                    Map.entry("device", "Firefox on Linux"),
                    Map.entry("place", "London"),
                    Map.entry("time", "2026-01-01 12:00 UTC"),
                    Map.entry(MessageProvider.UNSUBSCRIBE, "https://example.com/unsubscribe"));

    private static final List<String> LANGUAGES = List.of("en", "zh-CN");
    private static final String LAST_LANGUAGE = "en";
    private static final int MAX_NAME = 63;

    /// How many names of an app's templates are told.
    private static final int MAX_TOLD = 50;

    private static final int MAX_SIZE = 100_000;
    private static final int MAX_SUBJECT = 500;
    private static final int MAX_VALUE = 4_000;
    private static final int MAX_RENDERED = 500_000;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
    private static final Pattern LANGUAGE =
            Pattern.compile("[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}");

    /// A value, the beginning or the end of a section, or a comment. All else is rejected:
    /// `{{{name}}}` and `{{&name}}` are not escaped, `{{=<% %>=}}` lets them be written otherwise,
    /// there are no templates for `{{>name}}`, and `{{name.length}}` is not a value.
    private static final Pattern TAG =
            Pattern.compile(
                    "(?<!\\{)\\{\\{ *(?:(?<section>[#^])|(?<end>/))? *(?<name>[a-zA-Z][a-zA-Z0-9]{0,62}) *\\}\\}(?!\\})"
                            + "|(?<!\\{)\\{\\{![^{}]*\\}\\}(?!\\})");

    private static final String BEGIN = "{{";

    /// Rendering a section takes stack.
    private static final int MAX_DEPTH = 10;

    private static final Pattern LINE_ENDS = Pattern.compile("[\\r\\n]+");

    private final Database database;

    Templates(Database database) {
        this.database = database;
    }

    /// A template.
    ///
    /// @param own whether it is the app's own
    record Found(String language, MessageText text, boolean own) {}

    /// Whether messages of a template can't be unsubscribed from.
    static boolean isEssential(String name) {
        return BUILT_IN.contains(name) && !OPTIONAL.contains(name);
    }

    /// What is shown of values: of one that is too long, the beginning. PostgreSQL stores no NUL.
    static Map<String, String> shown(Map<String, String> values) {
        Map<String, String> shown = new HashMap<>();
        values.forEach(
                (name, value) -> shown.put(name, beginning(value.replace("\0", ""), MAX_VALUE)));
        return shown;
    }

    /// Puts values in their places, as [#shown] says.
    ///
    /// @throws RialtoException when that becomes too long
    static MessageText render(MessageText template, Map<String, String> values) {
        Map<String, String> shown = shown(values);
        String subject =
                LINE_ENDS.matcher(filled(plain(template.subject()), shown)).replaceAll(" ");
        return new MessageText(
                beginning(subject.strip(), MAX_SUBJECT),
                filled(plain(template.body()), shown),
                template.html().isEmpty() ? "" : filled(html(template.html()), shown));
    }

    /// The beginning of a text, without half a character at its end.
    private static String beginning(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        return text.substring(
                0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
    }

    private static String filled(Template template, Map<String, String> values) {
        var out = new LimitedWriter(MAX_RENDERED);
        template.execute(values, out);
        return out.toString();
    }

    private static Template plain(String template) {
        return compiler().withEscaper(Escapers.NONE).compile(template);
    }

    private static Template html(String template) {
        return compiler().withEscaper(Escapers.HTML).compile(template);
    }

    /// A missing value is shown as nothing.
    private static Mustache.Compiler compiler() {
        return Mustache.compiler().withCollector(new ValuesAlone()).defaultValue("");
    }

    /// Finds a template.
    ///
    /// @throws RialtoException when there is none
    Found find(App app, String name, String language) {
        List<String> wanted = fallbacks(language);
        Map<String, MessageText> own = new HashMap<>();
        database.query(
                        Sql.of(
                                "select language, subject, body, html from rialto.message_template"
                                        + " where app = ? and name = ?",
                                app.id(),
                                name),
                        row ->
                                Map.entry(
                                        row.getString(1),
                                        new MessageText(
                                                row.getString(2),
                                                row.getString(3),
                                                row.getString(4))))
                .forEach(each -> own.put(each.getKey(), each.getValue()));
        for (String each : wanted) {
            MessageText text = own.get(each);
            if (text != null) {
                return new Found(each, text, true);
            }
            Optional<MessageText> built = builtIn(name, each);
            if (built.isPresent()) {
                return new Found(each, built.get(), false);
            }
        }
        return own.entrySet().stream()
                .min(Map.Entry.comparingByKey())
                .map(each -> new Found(each.getKey(), each.getValue(), true))
                .orElseThrow(() -> missing(app, name));
    }

    private RialtoException missing(App app, String name) {
        List<String> own =
                database.query(
                        Sql.of(
                                "select distinct name from rialto.message_template where app = ?"
                                        + " order by name limit ?",
                                app.id(),
                                MAX_TOLD),
                        row -> row.getString(1));
        List<String> all =
                Stream.concat(BUILT_IN.stream(), own.stream()).distinct().sorted().toList();
        return new RialtoException(
                ErrorCode.OBJECT_NOT_FOUND,
                "there is no template \""
                        + beginning(name, MAX_NAME)
                        + "\"; there are "
                        + String.join(", ", all));
    }

    /// The languages to look for, the nearest first: `zh-Hans-CN`, `zh-Hans`, `zh`, then others of
    /// that language, then English.
    private static List<String> fallbacks(String language) {
        if (!LANGUAGE.matcher(language).matches()) {
            return List.of(LAST_LANGUAGE);
        }
        List<String> all = new ArrayList<>();
        String rest = language;
        while (!rest.isEmpty()) {
            all.add(rest);
            int dash = rest.lastIndexOf('-');
            rest = dash < 0 ? "" : rest.substring(0, dash);
        }
        String first = language.split("-", 2)[0].toLowerCase(Locale.ROOT);
        LANGUAGES.stream().filter(each -> each.split("-", 2)[0].equals(first)).forEach(all::add);
        all.add(LAST_LANGUAGE);
        return all.stream().distinct().toList();
    }

    private static Optional<MessageText> builtIn(String name, String language) {
        if (!BUILT_IN.contains(name) || !LANGUAGES.contains(language)) {
            return Optional.empty();
        }
        String file = resource("templates/" + name + "." + language + ".txt");
        int end = file.indexOf('\n');
        String body = file.substring(end + 1).strip();
        return Optional.of(
                new MessageText(file.substring(0, end), body + "\n", HtmlLayout.of(body)));
    }

    private static String resource(String path) {
        try (InputStream in = Templates.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("there is no " + path);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// The templates of an app.
    List<Own> list(App app) {
        return database.query(
                Sql.of(
                        "select name, language, subject, body, html from rialto.message_template"
                                + " where app = ? order by name, language",
                        app.id()),
                row ->
                        new Own(
                                row.getString(1),
                                row.getString(2),
                                new MessageText(
                                        row.getString(3), row.getString(4), row.getString(5))));
    }

    /// A template of an app.
    record Own(String name, String language, MessageText text) {}

    /// Sets a template of an app.
    ///
    /// @throws RialtoException when it is not a template
    void put(App app, Own template) {
        requireNames(template.name(), template.language());
        MessageText text = template.text();
        require(text.subject(), "subject", MAX_SUBJECT);
        require(text.body(), "body", MAX_SIZE);
        require(text.html(), "html", MAX_SIZE);
        if (text.subject().isBlank() || text.body().isBlank()) {
            throw wrong("subject and body must not be empty");
        }
        requireValues(template.name(), text);
        render(text, SAMPLE);
        database.update(
                Sql.of(
                        "insert into rialto.message_template values (?, ?, ?, ?, ?, ?) on conflict"
                                + " (app, name, language) do update set subject ="
                                + " excluded.subject, body = excluded.body, html = excluded.html",
                        app.id(),
                        template.name(),
                        template.language(),
                        text.subject(),
                        text.body(),
                        text.html()));
    }

    /// @return whether there was one
    boolean remove(App app, String name, String language) {
        return database.update(
                        Sql.of(
                                "delete from rialto.message_template where app = ? and name = ? and"
                                        + " language = ?",
                                app.id(),
                                name,
                                language))
                > 0;
    }

    private static void requireNames(String name, String language) {
        if (!NAME.matcher(name).matches()) {
            throw wrong("the name of a template must match " + NAME.pattern());
        }
        if (!LANGUAGE.matcher(language).matches()) {
            throw wrong("\"" + language + "\" is not a language tag such as en or zh-CN");
        }
    }

    private static void require(String template, String what, int most) {
        if (template.length() > most) {
            throw wrong(what + " must have at most " + most + " characters");
        }
        if (TAG.matcher(template).replaceAll(" ").contains(BEGIN)) {
            throw wrong(
                    what
                            + " may have {{name}}, {{#name}}, {{^name}}, {{/name}} and {{! comments }},"
                            + " and no other {{");
        }
        requireFlat(template, what);
        try {
            plain(template);
        } catch (MustacheException unreadable) {
            throw wrong(what + " is not a template: " + unreadable.getMessage());
        }
    }

    /// What is put in place of a built-in template is sent with the values of that one.
    private static void requireValues(String name, MessageText text) {
        Set<String> own = VALUES.get(name);
        if (own == null) {
            return;
        }
        for (String part : List.of(text.subject(), text.body(), text.html())) {
            Matcher tag = TAG.matcher(part);
            while (tag.find()) {
                String value = tag.group("name");
                if (value != null && !own.contains(value) && !COMMON.contains(value)) {
                    throw wrong(
                            "template \""
                                    + name
                                    + "\" has no value \""
                                    + value
                                    + "\"; it has "
                                    + Stream.concat(COMMON.stream(), own.stream())
                                            .sorted()
                                            .collect(Collectors.joining(", ")));
                }
            }
        }
    }

    private static void requireFlat(String template, String what) {
        int depth = 0;
        Matcher tag = TAG.matcher(template);
        while (tag.find()) {
            if (tag.group("section") != null) {
                depth++;
            } else if (tag.group("end") != null) {
                depth--;
            }
            if (depth > MAX_DEPTH) {
                throw wrong(what + " must not have more than " + MAX_DEPTH + " nested sections");
            }
        }
    }

    private static RialtoException wrong(String message) {
        return new RialtoException(ErrorCode.INVALID_VALUE, message);
    }
}
