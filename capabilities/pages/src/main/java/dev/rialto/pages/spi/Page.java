package dev.rialto.pages.spi;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A page that is to be shown.
///
/// Its content is the resource `pages/NAME.html` beside a class, a Mustache template for what is
/// inside of `<main>`. `{{name}}` is a value and `{{t.name}}` a text in the user's language, both
/// escaped. Texts are in `pages/texts.en.properties` and `pages/texts.zh-CN.properties`, UTF-8, and
/// may have values in them; the text `NAME-title` is the title of the page.
///
/// @param owner the class that the resources are beside
/// @param values Strings, booleans, and lists of maps of these
/// @param scripts addresses of scripts below `/v1`, which must add nothing that cannot be done
///   without them
/// @param formTargets origins that forms lead to beside the server's own
public record Page(
        Class<?> owner,
        String name,
        int status,
        Map<String, Object> values,
        List<String> scripts,
        List<String> formTargets) {
    public Page {
        values = Map.copyOf(values);
        scripts = List.copyOf(scripts);
        formTargets = List.copyOf(formTargets);
    }

    public static Page of(Class<?> owner, String name) {
        return new Page(owner, name, 200, Map.of(), List.of(), List.of());
    }

    public Page status(int other) {
        return new Page(owner, name, other, values, scripts, formTargets);
    }

    public Page with(String value, Object shown) {
        Map<String, Object> more = new HashMap<>(values);
        more.put(value, shown);
        return new Page(owner, name, status, more, scripts, formTargets);
    }

    public Page script(String address) {
        List<String> more = new ArrayList<>(scripts);
        more.add(address);
        return new Page(owner, name, status, values, more, formTargets);
    }

    /// Lets the forms of the page lead to an origin, such as `https://example.com`.
    public Page formTarget(String origin) {
        List<String> more = new ArrayList<>(formTargets);
        more.add(origin);
        return new Page(owner, name, status, values, scripts, more);
    }

    /// Doesn't show the values.
    @Override
    public String toString() {
        return "page " + name;
    }
}
