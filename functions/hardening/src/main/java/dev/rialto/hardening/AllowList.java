package dev.rialto.hardening;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What code of others may reach outside of itself. Unchangeable. Its rules are written as in
/// `allowed.txt` beside this class, which explains them.
public final class AllowList {
    private static final String NOT_LISTED = "it is not available to functions";

    private final Set<String> classes = new HashSet<>();
    private final Set<String> packages = new HashSet<>();
    private final List<String> prefixes = new ArrayList<>();
    private final Map<String, List<String>> only = new HashMap<>();
    private final Map<String, List<Refusal>> not = new HashMap<>();
    private final Map<String, String> sealed = new HashMap<>();
    private final Map<String, String> reasons = new HashMap<>();
    private final Substitutes substitutes;

    private record Refusal(List<String> members, String why) {}

    private AllowList(Substitutes substitutes) {
        this.substitutes = substitutes;
    }

    /// JDK members that are safe to call.
    public static AllowList standard() {
        var list = new AllowList(new Substitutes());
        list.read(Rules.of("allowed.txt"));
        return list;
    }

    /// The same, and everything below some prefixes, e.g. `dev/rialto/sdk/`.
    public AllowList allowing(String... packagePrefixes) {
        AllowList list = copy();
        list.prefixes.addAll(List.of(packagePrefixes));
        return list;
    }

    /// The same with more rules, as in `allowed.txt`.
    ///
    /// @throws IllegalArgumentException when they are none
    public AllowList with(String rules) {
        AllowList list = copy();
        list.read(Rules.lines(rules));
        return list;
    }

    /// The same with more reasons why classes may not be reached.
    ///
    /// @param why by internal names
    AllowList because(Map<String, String> why) {
        if (why.isEmpty()) {
            return this;
        }
        AllowList list = copy();
        list.reasons.putAll(why);
        return list;
    }

    /// What is called in place of methods.
    Substitutes substitutes() {
        return substitutes;
    }

    /// Why a class may not be reached at all; empty when it may.
    ///
    /// @param name internal, no array
    Optional<String> refusal(String name) {
        return isAllowed(name) ? Optional.empty() : Optional.of(reason(name));
    }

    /// Why a class may not be extended or implemented; empty when it may.
    Optional<String> refusalToExtend(String name) {
        return Optional.ofNullable(sealed.get(name)).or(() -> refusal(name));
    }

    /// Whether a class that may be reached may not be extended.
    boolean isSealed(String name) {
        return sealed.containsKey(name);
    }

    /// Why a field or method may not be reached; empty when it may.
    ///
    /// @param owner internal name of the class by which it is reached
    /// @param ancestors the owner and all that it extends and implements
    Optional<String> refusal(
            String owner, Iterable<String> ancestors, String name, String descriptor) {
        Optional<String> whole = refusal(owner);
        if (whole.isPresent()) {
            return whole;
        }
        List<String> members = only.get(owner);
        if (members != null && !matches(members, name, descriptor)) {
            return Optional.of(reason(owner));
        }
        return refusal(ancestors, name, descriptor);
    }

    /// Why a field or method may not be reached, whoever of the ancestors has it; empty when it
    /// may.
    Optional<String> refusal(Iterable<String> ancestors, String name, String descriptor) {
        for (String each : ancestors) {
            for (Refusal refusal : not.getOrDefault(each, List.of())) {
                if (matches(refusal.members(), name, descriptor)) {
                    return Optional.of(refusal.why());
                }
            }
        }
        return Optional.empty();
    }

    private boolean isAllowed(String name) {
        if (classes.contains(name)) {
            return true;
        }
        for (String each : prefixes) {
            if (name.startsWith(each)) {
                return true;
            }
        }
        int nesting = name.indexOf('$');
        String outermost = nesting < 0 ? name : name.substring(0, nesting);
        // What is nested in a class that is partly allowed may be the part that is not.
        return !only.containsKey(outermost)
                && (packages.contains(packageOf(name)) || classes.contains(outermost));
    }

    private String reason(String name) {
        String part = name;
        while (!part.isEmpty()) {
            String why = reasons.get(part);
            if (why != null) {
                return why;
            }
            int end = Math.max(part.lastIndexOf('/'), part.lastIndexOf('$'));
            part = end < 0 ? "" : part.substring(0, end);
        }
        return NOT_LISTED;
    }

    /// Whether a member is among those of a rule.
    static boolean matches(List<String> members, String name, String descriptor) {
        String whole = name + descriptor;
        for (String each : members) {
            if (each.indexOf('(') < 0 ? each.equals(name) : whole.startsWith(each)) {
                return true;
            }
        }
        return false;
    }

    private static String packageOf(String name) {
        int end = name.lastIndexOf('/');
        return end < 0 ? "" : name.substring(0, end);
    }

    private AllowList copy() {
        var list = new AllowList(substitutes.copy());
        list.classes.addAll(classes);
        list.packages.addAll(packages);
        list.prefixes.addAll(prefixes);
        list.only.putAll(only);
        list.not.putAll(not);
        list.sealed.putAll(sealed);
        list.reasons.putAll(reasons);
        return list;
    }

    private void read(List<String> rules) {
        rules.forEach(this::read);
    }

    private void read(String line) {
        int verb = line.indexOf(' ');
        int assignment = line.indexOf(" = ");
        String why = assignment < 0 ? "" : line.substring(assignment + 3);
        String what = line.substring(verb + 1, assignment < 0 ? line.length() : assignment);
        int colon = what.indexOf(": ");
        String subject = (colon < 0 ? "" : what.substring(0, colon)).replace('.', '/');
        List<String> objects = List.of((colon < 0 ? what : what.substring(colon + 2)).split(" +"));
        switch (verb < 0 ? "" : line.substring(0, verb)) {
            case "allow" -> objects.forEach(each -> allow(subject, each));
            case "only" -> only.put(subject, objects);
            case "not" -> {
                List<Refusal> all = new ArrayList<>(not.getOrDefault(subject, List.of()));
                all.add(new Refusal(objects, why));
                not.put(subject, List.copyOf(all));
            }
            case "instead" -> substitutes.add(subject, objects, why);
            case "final" -> objects.forEach(each -> sealed.put(each.replace('.', '/'), why));
            case "why" -> objects.forEach(each -> reasons.put(each.replace('.', '/'), why));
            default -> throw new IllegalArgumentException("not a rule: " + line);
        }
    }

    private void allow(String inPackage, String name) {
        if (name.equals("*")) {
            packages.add(inPackage);
        } else {
            classes.add(inPackage + "/" + name);
        }
    }
}
