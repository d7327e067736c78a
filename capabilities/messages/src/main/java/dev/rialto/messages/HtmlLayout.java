package dev.rialto.messages;

import java.util.regex.Pattern;

/// Makes HTML of the plain text of a built-in template: a paragraph of each block, and a link of a
/// line that is one.
final class HtmlLayout {
    private static final String LINK = "{{link}}";
    private static final Pattern BLOCKS = Pattern.compile("\\n{2,}");

    private HtmlLayout() {}

    static String of(String text) {
        var html =
                new StringBuilder(
                        """
                        <!doctype html>
                        <html><head><meta charset="utf-8"></head>
                        <body style="font-family: sans-serif; font-size: 16px; line-height: 1.5; max-width: 36em">
                        """);
        BLOCKS.splitAsStream(text)
                .map(block -> block.equals(LINK) ? link() : escaped(block))
                .forEach(block -> html.append("<p>").append(block).append("</p>\n"));
        return html.append("</body></html>\n").toString();
    }

    private static String link() {
        return "<a href=\"" + LINK + "\">" + LINK + "</a>";
    }

    /// The places of values stay; what is put there is escaped then.
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
