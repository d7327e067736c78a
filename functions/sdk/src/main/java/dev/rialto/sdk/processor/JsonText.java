package dev.rialto.sdk.processor;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// JSON as text, indented: maps in their own order, lists, texts, numbers, booleans and null.
final class JsonText {
    private static final int FIRST_PRINTABLE = 0x20;

    private final StringBuilder text = new StringBuilder();

    private JsonText() {}

    static String of(@Nullable Object value) {
        var json = new JsonText();
        json.write(value, "\n");
        return json.text.toString();
    }

    private void write(@Nullable Object value, String line) {
        switch (value) {
            case null -> text.append("null");
            case String string -> quote(string);
            case Boolean truth -> text.append(truth);
            case Number number -> text.append(number);
            case Map<?, ?> map -> object(map, line);
            case List<?> list -> array(list, line);
            default -> throw new IllegalArgumentException("no JSON: " + value.getClass());
        }
    }

    private void object(Map<?, ?> map, String line) {
        if (map.isEmpty()) {
            text.append("{}");
            return;
        }
        String inner = line + "  ";
        char before = '{';
        for (Map.Entry<?, ?> each : map.entrySet()) {
            text.append(before).append(inner);
            quote(String.valueOf(each.getKey()));
            text.append(": ");
            write(each.getValue(), inner);
            before = ',';
        }
        text.append(line).append('}');
    }

    private void array(List<?> list, String line) {
        String inner = line + "  ";
        text.append('[');
        for (Iterator<?> each = list.iterator(); each.hasNext(); ) {
            text.append(inner);
            write(each.next(), inner);
            text.append(each.hasNext() ? "," : line);
        }
        text.append(']');
    }

    private void quote(String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char each = string.charAt(i);
            switch (each) {
                case '"', '\\' -> text.append('\\').append(each);
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                default -> {
                    if (each < FIRST_PRINTABLE || Character.isSurrogate(each)) {
                        // Also keeps a lone surrogate, which no encoding could write.
                        text.append("\\u").append(String.format("%04x", (int) each));
                    } else {
                        text.append(each);
                    }
                }
            }
        }
        text.append('"');
    }
}
