package dev.rialto.cli;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads what stands between the cells of a CSV file: the character, or its name.
final class DelimiterConverter implements ITypeConverter<Character> {
    @Override
    public Character convert(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "comma" -> ',';
            case "semicolon" -> ';';
            case "tab", "\\t" -> '\t';
            case "pipe" -> '|';
            case "space" -> ' ';
            default -> {
                if (text.length() != 1
                        || "\"\r\n".contains(text)
                        || Character.isLetterOrDigit(text.charAt(0))
                        || Character.isSurrogate(text.charAt(0))) {
                    throw new TypeConversionException(
                            "'"
                                    + text
                                    + "' is not a delimiter; give one character that is neither a"
                                    + " letter, a digit nor a quote, or comma, semicolon, tab, pipe"
                                    + " or space");
                }
                yield text.charAt(0);
            }
        };
    }
}
