package dev.rialto.hardening;

/// A place in code of others that reaches for what it may not use.
///
/// @param className the class, with dots
/// @param method its name; empty when it is about the class itself
/// @param line from 1; 0 when it is not known
/// @param reached what it reaches for, e.g. `java.lang.System.exit`
/// @param file path in the artifact, e.g. `com/acme/A.class`
/// @param why it is refused, and what would be right
public record Reach(
        String className, String method, int line, String reached, String file, String why) {

    /// As stack traces have it, so that editors find the place: `com.acme.A.run(line 12) ...`.
    @Override
    public String toString() {
        var text = new StringBuilder(className);
        if (!method.isEmpty()) {
            text.append('.').append(method);
        }
        if (line > 0) {
            text.append(" (line ").append(line).append(')');
        }
        return text.append(" reaches for ").append(reached).append(": ").append(why).toString();
    }
}
