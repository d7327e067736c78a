package dev.rialto.sdk.processor;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A doc comment, of either form.
///
/// @param description what stands before the first tag; Markdown
/// @param parameters what `@param` says, by name
/// @param result what `@return` says; empty when it says nothing
record DocText(String description, Map<String, String> parameters, String result) {
    private static final Pattern TAG = Pattern.compile("\\s*@([a-z]+)\\b(.*)", Pattern.DOTALL);
    private static final Pattern PARAMETER = Pattern.compile("\\s*(\\w+)(.*)", Pattern.DOTALL);
    private static final Pattern INLINE =
            Pattern.compile("\\{@(?:code|literal|link|linkplain|value)\\s+([^{}]*)}");
    private static final String FENCE = "```";

    /// @param comment as the compiler hands it out: without the marks of the comment
    static DocText of(@Nullable String comment) {
        var blocks = new Blocks();
        boolean fenced = false;
        for (String line : (comment == null ? "" : comment).split("\n", -1)) {
            fenced ^= line.strip().startsWith(FENCE);
            blocks.add(line, !fenced && TAG.matcher(line).matches());
        }
        return blocks.finished();
    }

    /// Collects lines up to the next tag.
    private static final class Blocks {
        private final Map<String, String> parameters = new LinkedHashMap<>();
        private final StringBuilder block = new StringBuilder();
        private String description = "";
        private String result = "";
        private boolean tagged;

        void add(String line, boolean tag) {
            if (tag) {
                finish();
                tagged = true;
            }
            block.append(tag || !line.startsWith(" ") ? line : line.substring(1)).append('\n');
        }

        DocText finished() {
            finish();
            return new DocText(description, parameters, result);
        }

        private void finish() {
            String text = block.toString();
            block.setLength(0);
            if (!tagged) {
                description = plain(text);
                return;
            }
            Matcher tag = TAG.matcher(text);
            if (!tag.matches()) {
                return;
            }
            Matcher parameter = PARAMETER.matcher(tag.group(2));
            if (tag.group(1).equals("param") && parameter.matches()) {
                parameters.put(parameter.group(1), plain(parameter.group(2)));
            } else if (tag.group(1).equals("return")) {
                result = plain(tag.group(2));
            }
        }

        private static String plain(String text) {
            return INLINE.matcher(text).replaceAll("`$1`").strip();
        }
    }
}
