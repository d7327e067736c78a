// org.commonmark:commonmark:0.24.0
// ["<h1>Title</h1>\n<p>This is <em>it</em> and <strong>more</strong>.</p>\n","<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<pre><code class=\"language-java\">int x;\n</code></pre>\n","<p>&lt;b&gt;© <a href=\"http://e.org\">l</a></p>\n","a b \"c\""]
package app;

import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.commonmark.renderer.text.TextContentRenderer;

import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        var parser = Parser.builder().build();
        var html = HtmlRenderer.builder().escapeHtml(true).build();
        return List.of(
                html.render(parser.parse("# Title\n\nThis is *it* and **more**.")),
                html.render(parser.parse("- a\n- b\n\n```java\nint x;\n```")),
                html.render(parser.parse("<b>&copy; [l](http://e.org)")),
                TextContentRenderer.builder().build().render(parser.parse("a *b* `c`")));
    }
}
