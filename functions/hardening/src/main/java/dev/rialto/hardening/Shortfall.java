package dev.rialto.hardening;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// The members that one library needs and does not get, in code that a revision can reach. Calls of
/// such code fail.
///
/// @param library its name
/// @param members how many distinct members of which class or package, the most first
/// @param unusable classes that can't be used at all, and why
public record Shortfall(
        String library, Map<String, Integer> members, Map<String, String> unusable) {
    private static final int MAX_SHOWN = 4;

    /// How many members altogether.
    public int count() {
        return members.values().stream().mapToInt(Integer::intValue).sum();
    }

    /// One line.
    @Override
    public String toString() {
        var text = new StringBuilder(library).append(": ");
        if (!members.isEmpty()) {
            text.append(count())
                    .append(count() == 1 ? " member is" : " members are")
                    .append(" not available here (");
            String separator = "";
            int shown = 0;
            for (var each : members.entrySet()) {
                if (shown++ == MAX_SHOWN) {
                    text.append(", ...");
                    break;
                }
                text.append(separator).append(each.getKey()).append(": ").append(each.getValue());
                separator = ", ";
            }
            text.append(')');
        }
        if (!unusable.isEmpty()) {
            text.append(members.isEmpty() ? "" : ", ")
                    .append(unusable.size())
                    .append(unusable.size() == 1 ? " class" : " classes")
                    .append(" can't be used (")
                    .append(new TreeSet<>(unusable.keySet()).first())
                    .append(unusable.size() == 1 ? ")" : ", ...)");
        }
        return text.append("; calls that use them fail").toString();
    }

    /// Puts the classes and packages with the most members first.
    static Map<String, Integer> sorted(Map<String, Integer> counts) {
        Map<String, Integer> sorted = new java.util.LinkedHashMap<>();
        new TreeMap<>(counts)
                .entrySet().stream()
                        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                        .forEach(each -> sorted.put(each.getKey(), each.getValue()));
        return sorted;
    }
}
