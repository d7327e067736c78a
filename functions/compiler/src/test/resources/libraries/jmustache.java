// com.samskivert:jmustache:1.16
// ["Hello &lt;Ann&gt;!","a=1;-","<"]
package app;

import com.samskivert.mustache.Mustache;

import java.util.List;
import java.util.Map;

class Use {
    static List<Object> use() throws Exception {
        var compiler = Mustache.compiler();
        return List.of(
                compiler.compile("Hello {{name}}!").execute(Map.of("name", "<Ann>")),
                compiler.compile("{{#items}}{{name}}={{n}};{{/items}}{{^none}}-{{/none}}")
                        .execute(
                                Map.of(
                                        "items",
                                        List.of(Map.of("name", "a", "n", 1)),
                                        "none",
                                        List.of())),
                compiler.escapeHTML(false).compile("{{x}}").execute(Map.of("x", "<")));
    }
}
