// com.github.jknack:handlebars:4.4.0
// ["Hello &lt;Ann&gt;!","1,2,","no A"]
package app;

import com.github.jknack.handlebars.*;

import java.util.List;
import java.util.Map;

class Use {
    static List<Object> use() throws Exception {
        var handlebars = new Handlebars();
        handlebars.registerHelper(
                "loud", (Object text, Options options) -> text.toString().toUpperCase());
        return List.of(
                handlebars.compileInline("Hello {{name}}!").apply(Map.of("name", "<Ann>")),
                handlebars
                        .compileInline("{{#each items}}{{this}},{{/each}}")
                        .apply(Map.of("items", List.of(1, 2))),
                handlebars
                        .compileInline("{{#if on}}yes{{else}}no{{/if}} {{loud x}}")
                        .apply(Map.of("on", false, "x", "a")));
    }
}
